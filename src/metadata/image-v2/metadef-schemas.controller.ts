import { Controller, Get, Param } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { NoBody } from '../../api/http/no-body.guard.js';
import { NeedsToken } from '../../api/http/openapi.js';
import { jsonSchemaDocument } from '../../api/image-v2/json-schema.openapi.js';
import { Requires } from '../../auth/decorators.js';
import { NotFound } from '../../kernel/errors.js';
import { Documented, TAG_OF_API } from './documented.js';
import type { JsonSchema } from './schemas/json-schema.js';
import { SCHEMA_DOCUMENTS } from './schemas/schema-documents.js';
import { TAG } from './schemas/tag.schema.js';

@ApiTags(TAG_OF_API)
@NeedsToken()
@Requires('schema:show')
@Controller('v2/schemas/metadefs')
export class MetadefSchemasController {
  @Get(':name')
  @NoBody()
  @Documented({
    operationId: 'showMetadataSchema',
    summary: 'Show the JSON schema of metadata definitions',
    success: {
      status: 200,
      description: 'The schema that the service checks by.',
      content: { schema: jsonSchemaDocument, example: TAG },
    },
    errors: [400, 404],
  })
  @ApiParam({ name: 'name', enum: [...SCHEMA_DOCUMENTS.keys()] })
  show(@Param('name') name: string): JsonSchema {
    const document = SCHEMA_DOCUMENTS.get(name);
    if (document === undefined) throw new NotFound();
    return document;
  }
}
