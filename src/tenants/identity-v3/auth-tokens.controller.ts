import {
  Controller,
  Delete,
  Get,
  Head,
  Headers,
  HttpCode,
  Inject,
  Ip,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticated, CurrentPrincipal, Public } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { IssueToken } from '../application/issue-token.js';
import { ManageTokens } from '../application/manage-tokens.js';
import type { ResolvedToken } from '../application/resolve-token.js';
import { AuthRequestParser } from './auth.request.js';
import * as docs from './auth-tokens.openapi.js';
import { IdentityBody } from './identity-body.js';
import { ServiceCatalog } from './service-catalog.js';
import { toTokenJson } from './token.representation.js';

interface TokenQuery {
  readonly nocatalog?: unknown;
  readonly allow_expired?: unknown;
}

/** Logging in, and looking at or ending a token: identity B4 and B7. */
@ApiTags('Identity API v3: tokens')
@Controller('identity/v3/auth/tokens')
export class AuthTokensController {
  constructor(
    @Inject(IssueToken) private readonly issueToken: IssueToken,
    @Inject(ManageTokens) private readonly tokens: ManageTokens,
    @Inject(AuthRequestParser) private readonly parser: AuthRequestParser,
    @Inject(ServiceCatalog) private readonly catalog: ServiceCatalog,
  ) {}

  @Post()
  @Public()
  @docs.IssueTokenDocs()
  async issue(
    @IdentityBody() body: unknown,
    @Ip() address: string,
    @Query() query: TokenQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const issued = await this.issueToken.execute({ ...this.parser.parse(body), address });
    void reply.headers(tokenHeaders(issued.token));
    return this.represent(issued, query, request);
  }

  @Get()
  @Authenticated()
  @docs.ShowTokenDocs()
  async show(
    @Headers('x-subject-token') token: string | undefined,
    @Query() query: TokenQuery,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const resolved = await this.tokens.show(toShowQuery(token, query), principal);
    void reply.headers(tokenHeaders(token));
    return this.represent(resolved, query, request);
  }

  @Head()
  @Authenticated()
  @docs.CheckTokenDocs()
  async check(
    @Headers('x-subject-token') token: string | undefined,
    @Query() query: TokenQuery,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.tokens.show(toShowQuery(token, query), principal);
    void reply.headers(tokenHeaders(token));
  }

  @Delete()
  @Authenticated()
  @HttpCode(204)
  @docs.RevokeTokenDocs()
  async revoke(
    @Headers('x-subject-token') token: string | undefined,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.tokens.revoke(token ?? '', principal);
  }

  private represent(
    resolved: ResolvedToken,
    { nocatalog }: TokenQuery,
    request: FastifyRequest,
  ): object {
    const project = resolved.grant.project?.id ?? null;
    return toTokenJson(
      resolved,
      nocatalog === undefined ? this.catalog.forProject(project, request) : null,
    );
  }
}

const tokenHeaders = (token = ''): Record<string, string> => ({
  'X-Subject-Token': token,
  Vary: 'X-Auth-Token',
});

const toShowQuery = (token = '', { allow_expired: allowExpired }: TokenQuery) => ({
  token,
  allowExpired: allowExpired === '1' || allowExpired === 'true',
});
