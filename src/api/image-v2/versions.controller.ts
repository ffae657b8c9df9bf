import { All, Controller, Get, HttpCode, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticated, Public } from '../../auth/decorators.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { BaseUrls } from '../http/base-urls.js';
import { mountOf } from '../http/mount.js';
import { NeedsToken } from '../http/openapi.js';
import { LABELS, WITH_CACHE } from './version-labels.js';
import * as docs from './versions.openapi.js';

interface VersionList {
  readonly versions: readonly {
    readonly id: (typeof LABELS)[number];
    readonly status: 'CURRENT' | 'SUPPORTED';
    readonly links: readonly { readonly rel: 'self'; readonly href: string }[];
  }[];
}

/** Discovery of the Image API (image-v2 section 1). `mount.ts` sends here whatever has no accepted label. */
@ApiTags('Image API v2: versions')
@Public()
@Controller()
export class ImageVersionsController {
  private readonly labels: readonly (typeof LABELS)[number][];

  constructor(
    @Inject(BaseUrls) private readonly baseUrls: BaseUrls,
    @Inject(CONFIG) { imageCache }: Config,
  ) {
    this.labels = LABELS.filter((label) => imageCache !== null || !WITH_CACHE.has(label));
  }

  @Get('/')
  @HttpCode(300)
  @docs.ChooseVersionDocs()
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
  @docs.ListVersionsDocs()
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
