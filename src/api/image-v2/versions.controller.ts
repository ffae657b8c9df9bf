import { All, Controller, Get, HttpCode, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticated, Public } from '../../auth/decorators.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { BaseUrls } from '../http/base-urls.js';
import { mountOf } from '../http/mount.js';
import { NeedsToken } from '../http/openapi.js';

/** Advertised levels of the Image API (image-v2 1.3), the CURRENT one first. */
const LABELS = [
  'v2.18',
  'v2.17',
  'v2.16',
  'v2.15',
  'v2.14',
  'v2.13',
  'v2.12',
  'v2.9',
  'v2.7',
  'v2.6',
  'v2.5',
  'v2.4',
  'v2.3',
  'v2.2',
  'v2.1',
  'v2.0',
] as const;
/** By these, clients know whether there is a cache of image data. */
const WITH_CACHE: ReadonlySet<string> = new Set(['v2.14', 'v2.16', 'v2.18']);

interface VersionList {
  readonly versions: readonly {
    readonly id: string;
    readonly status: 'CURRENT' | 'SUPPORTED';
    readonly links: readonly { readonly rel: 'self'; readonly href: string }[];
  }[];
}

/** Discovery of the Image API (image-v2 section 1). `mount.ts` sends here whatever has no accepted label. */
@ApiTags('Image API v2: versions')
@Public()
@Controller()
export class ImageVersionsController {
  private readonly labels: readonly string[];

  constructor(
    @Inject(BaseUrls) private readonly baseUrls: BaseUrls,
    @Inject(CONFIG) { imageCache }: Config,
  ) {
    this.labels = LABELS.filter((label) => imageCache !== null || !WITH_CACHE.has(label));
  }

  @Get('/')
  @HttpCode(300)
  @ApiOperation({
    operationId: 'chooseImageVersion',
    summary: 'List API versions (to choose from)',
  })
  @ApiResponse({ status: 300, description: 'The versions, every one at the same address.' })
  choices(@Req() request: FastifyRequest): VersionList {
    return this.list(request);
  }

  @All('image-choices')
  @HttpCode(300)
  @ApiExcludeEndpoint()
  choicesForOtherMethods(@Req() request: FastifyRequest): VersionList {
    return this.list(request);
  }

  @Get('versions')
  @ApiOperation({ operationId: 'listImageVersions', summary: 'List API versions' })
  @ApiResponse({ status: 200, description: 'The versions, every one at the same address.' })
  list(@Req() request: FastifyRequest): VersionList {
    const { prefix } = mountOf(request.raw);
    const href = `${this.baseUrls.image(request, prefix)}/v2/`;
    const links = [{ rel: 'self', href }] as const;
    return {
      versions: this.labels.map((id, index) => ({
        id,
        status: index === 0 ? 'CURRENT' : 'SUPPORTED',
        links,
      })),
    };
  }

  @All('v2')
  @Authenticated()
  @NeedsToken()
  @ApiExcludeEndpoint()
  redirectToRoot(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    void reply.redirect(`${mountOf(request.raw).prefix}/v2/`, 302);
  }
}
