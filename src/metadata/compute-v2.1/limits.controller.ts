import { Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags, type SchemaObject } from '@nestjs/swagger';
import { ComputeController } from '../../api/compute-v2.1/compute.controller.js';
import { View, type ComputeView } from '../../api/compute-v2.1/compute-view.js';
import type { JsonObject } from '../../api/compute-v2.1/json-text.js';
import { compareMicroversions } from '../../api/compute-v2.1/microversion.js';
import { NegotiatesMicroversion } from '../../api/compute-v2.1/openapi.js';
import { Operation } from '../../api/compute-v2.1/operation.guard.js';
import { Fails } from '../../api/http/openapi.js';
import { json, listOf, noMembers, objectOf } from '../../api/http/openapi-schemas.js';
import { CONFIG, type Config } from '../../platform/config/config.js';

/** Later microversions have no image metadata, and so no limit for it. */
const LAST_WITH_IMAGE_METADATA = '2.38';

const limits: SchemaObject = {
  title: 'ComputeLimits',
  ...objectOf({
    limits: objectOf({
      rate: { ...listOf(noMembers), maxItems: 0 },
      absolute: objectOf(
        {},
        {
          maxImageMeta: {
            type: 'integer',
            minimum: -1,
            description: `Metadata items of an image; absent above microversion ${LAST_WITH_IMAGE_METADATA}`,
          },
        },
      ),
    }),
  }),
};

/** What clients ask before they set metadata. Of Nova's limits only those on images mean anything here. */
@ApiTags('Compute API v2.1: limits')
@NegotiatesMicroversion()
@ComputeController('limits')
export class LimitsController {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  @Get()
  @Operation({ until: null, requires: null })
  @ApiOperation({ operationId: 'showComputeLimits', summary: 'Show limits' })
  @ApiResponse({
    status: 200,
    description: 'How many metadata items an image may have; -1 is unlimited.',
    content: json(limits, { limits: { rate: [], absolute: { maxImageMeta: 128 } } }),
  })
  @Fails(400, 406)
  show(@View() { microversion }: ComputeView): JsonObject {
    const hasMetadata = compareMicroversions(microversion, LAST_WITH_IMAGE_METADATA) <= 0;
    const { propertyQuota } = this.config.images;
    return { limits: { rate: [], absolute: hasMetadata ? { maxImageMeta: propertyQuota } : {} } };
  }
}
