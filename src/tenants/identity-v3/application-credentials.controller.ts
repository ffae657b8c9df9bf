import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { NeedsToken } from '../../api/http/openapi.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { Authenticated, CurrentPrincipal } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ManageApplicationCredentials } from '../application/manage-application-credentials.js';
import { toCredentialJson } from './application-credential.representation.js';
import {
  CreateApplicationCredentialRequest,
  toNewCredential,
} from './application-credential.requests.js';
import { CreateCredentialDocs } from './application-credentials.openapi.js';
import { applicationCredentialDocs } from './directory.examples.js';
import { DeleteDocs, ListDocs, ShowDocs } from './directory.openapi.js';
import { ListQuery, given } from './list-query.js';
import { Presenter } from './presenter.js';
import { ValidatedBody } from './validated-body.js';

/** Application credentials: secrets that programs of a user log in with, for one project. */
@ApiTags('Identity API v3: application credentials')
@NeedsToken()
@Authenticated()
@Controller('identity/v3/users/:user_id/application_credentials')
export class ApplicationCredentialsController {
  constructor(
    @Inject(ManageApplicationCredentials)
    private readonly credentials: ManageApplicationCredentials,
    @Inject(Presenter) private readonly presenter: Presenter,
  ) {}

  @Get()
  @ListDocs(applicationCredentialDocs)
  async list(
    @Param('user_id') userId: string,
    @RawQuery() parameters: QueryParameters,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const query = new ListQuery(parameters);
    const filter = { userId, ...given({ name: query.text('name') }) };
    const page = await this.credentials.list(filter, query.page(), principal);
    return this.presenter.many('application_credentials', page, toCredentialJson, request);
  }

  @Get(':credential_id')
  @ShowDocs(applicationCredentialDocs)
  async show(
    @Param('user_id') userId: string,
    @Param('credential_id') id: string,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const credential = await this.credentials.show(userId, id, principal);
    return this.presenter.one('application_credential', credential, toCredentialJson, request);
  }

  @Post()
  @CreateCredentialDocs()
  async create(
    @Param('user_id') userId: string,
    @ValidatedBody(CreateApplicationCredentialRequest) body: CreateApplicationCredentialRequest,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const { credential, secret } = await this.credentials.create(
      toNewCredential(body, userId),
      principal,
    );
    const withSecret = (_credential: object, base: string) => ({
      ...toCredentialJson(credential, base),
      secret,
    });
    return this.presenter.one('application_credential', credential, withSecret, request);
  }

  @Delete(':credential_id')
  @HttpCode(204)
  @DeleteDocs(applicationCredentialDocs, 'Tokens from it end at once.')
  async remove(
    @Param('user_id') userId: string,
    @Param('credential_id') id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.credentials.remove(userId, id, principal);
  }
}
