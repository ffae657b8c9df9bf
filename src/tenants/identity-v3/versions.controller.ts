import { Controller, Get, Header, HttpCode, Inject, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BaseUrls, type OriginSource } from '../../api/http/base-urls.js';
import { Public } from '../../auth/decorators.js';
import * as docs from './versions.openapi.js';

interface IdentityVersion {
  readonly id: string;
  readonly status: string;
  readonly updated: string;
  readonly links: readonly { readonly rel: string; readonly href: string }[];
  readonly 'media-types': readonly { readonly base: string; readonly type: string }[];
}

/**
 * Discovery of the Identity API (identity B3). Version 2.0 is served but not listed: clients walk the list
 * upwards and would log in with it whenever no domain was given.
 */
@ApiTags('Identity API v3: versions')
@Public()
@Controller('identity')
export class IdentityVersionsController {
  constructor(@Inject(BaseUrls) private readonly baseUrls: BaseUrls) {}

  @Get()
  @HttpCode(300)
  @Header('Vary', 'X-Auth-Token')
  @docs.ListVersionsDocs()
  list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): { versions: { values: IdentityVersion[] } } {
    void reply.header('Location', `${this.baseUrls.identity(request)}/`);
    return { versions: { values: [this.version(request)] } };
  }

  @Get('v3')
  @Header('Vary', 'X-Auth-Token')
  @docs.ShowVersionDocs()
  show(@Req() request: FastifyRequest): { version: IdentityVersion } {
    return { version: this.version(request) };
  }

  private version(request: OriginSource): IdentityVersion {
    return {
      id: 'v3.14',
      status: 'stable',
      updated: '2020-04-07T00:00:00Z',
      links: [{ rel: 'self', href: `${this.baseUrls.identity(request)}/` }],
      'media-types': [
        { base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' },
      ],
    };
  }
}
