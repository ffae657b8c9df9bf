import {
  All,
  Controller,
  Get,
  HttpCode,
  Inject,
  Req,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Authenticated, Public } from '../../auth/decorators.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { BaseUrls } from '../http/base-urls.js';
import { mountOf } from '../http/mount.js';
import { NeedsToken } from '../http/openapi.js';
import { computeEndpoint } from './compute-view.js';
import type { JsonObject } from './json-text.js';
import { withoutVersion } from './links.js';
import { MicroversionGuard } from './microversion.guard.js';
import { ReplyInterceptor } from './reply.interceptor.js';
import { TenantPathGuard } from './tenant-path.guard.js';
import {
  versionChoices,
  versionDocument,
  versionList,
  type VersionSource,
} from './version.representation.js';
import * as docs from './versions.openapi.js';

/** Discovery of the Compute API (compute-v2.1 section 3). */
@ApiTags('Compute API v2.1: versions')
@Controller()
@UseInterceptors(ReplyInterceptor)
export class ComputeVersionsController {
  constructor(
    @Inject(BaseUrls) private readonly baseUrls: BaseUrls,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('compute-versions')
  @Public()
  @docs.ListVersionsDocs()
  list(@Req() request: FastifyRequest): JsonObject {
    return versionList(this.source(request));
  }

  @Get('compute-version')
  @Public()
  @UseGuards(MicroversionGuard)
  @docs.ShowVersionDocs()
  show(@Req() request: FastifyRequest): JsonObject {
    return versionDocument(this.source(request), mountOf(request.raw).isLegacy === true);
  }

  @Get('compute-version/:tenant_id')
  @Authenticated()
  @NeedsToken()
  @UseGuards(MicroversionGuard, TenantPathGuard)
  @docs.ShowVersionForTenantDocs()
  showForTenant(@Req() request: FastifyRequest): JsonObject {
    return this.show(request);
  }

  @All('compute-choices')
  @Public()
  @HttpCode(300)
  @ApiExcludeEndpoint()
  choices(@Req() request: FastifyRequest): JsonObject {
    const [path = ''] = request.originalUrl.split('?', 1);
    const { prefix } = mountOf(request.raw);
    return versionChoices(this.source(request), path.slice(prefix.length));
  }

  private source(request: FastifyRequest): VersionSource {
    return {
      base: withoutVersion(computeEndpoint(request, this.baseUrls)),
      maxMicroversion: this.config.compute.maxMicroversion,
    };
  }
}
