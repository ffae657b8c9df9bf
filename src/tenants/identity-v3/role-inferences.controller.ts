import { Controller, Get, Head, Inject, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { BaseUrls } from '../../api/http/base-urls.js';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { Requires } from '../../auth/decorators.js';
import { ManageRoles } from '../application/manage-roles.js';
import { EntityNotFound } from '../domain/identity.errors.js';
import { toInferenceJson } from './directory.representation.js';
import { inferenceDocs } from './directory.examples.js';
import { LinkedReply, WholeReply } from './directory.openapi.js';
import { Presenter } from './presenter.js';

/** Which role implies which; fixed, so it can only be read. */
@ApiTags('Identity API v3: roles')
@NeedsToken()
@Requires('identity:read')
@Controller('identity/v3')
export class RoleInferencesController {
  constructor(
    @Inject(ManageRoles) private readonly roles: ManageRoles,
    @Inject(BaseUrls) private readonly baseUrls: BaseUrls,
    @Inject(Presenter) private readonly presenter: Presenter,
  ) {}

  @Get('role_inferences')
  @ApiOperation({ operationId: 'listRoleInferences', summary: 'List which roles imply which' })
  @WholeReply('Each role that implies others, with those.', inferenceDocs)
  @Fails(403)
  async list(@Req() request: FastifyRequest): Promise<object> {
    const base = this.baseUrls.identity(request);
    const inferences = await this.roles.inferences();
    return {
      role_inferences: inferences.map((inference) => toInferenceJson(inference, base)),
      links: { self: this.presenter.self(request) },
    };
  }

  @Get('roles/:role_id/implies')
  @ApiOperation({ operationId: 'listImpliedRoles', summary: 'List what a role implies directly' })
  @LinkedReply('The role and those that it implies.', inferenceDocs)
  @Fails(403, 404)
  async listOf(@Param('role_id') id: string, @Req() request: FastifyRequest): Promise<object> {
    const inference = await this.roles.inferencesOf(id);
    return {
      role_inference: toInferenceJson(inference, this.baseUrls.identity(request)),
      links: { self: this.presenter.self(request) },
    };
  }

  @Head('roles/:role_id/implies/:implied_id')
  @ApiOperation({
    operationId: 'checkImpliedRole',
    summary: 'Check whether a role implies another',
  })
  @ApiResponse({ status: 200, description: 'It does.' })
  @Fails(403, 404)
  async check(@Param('role_id') id: string, @Param('implied_id') impliedId: string): Promise<void> {
    const { implied } = await this.roles.inferencesOf(id);
    if (!implied.some((role) => role.id === impliedId)) throw new EntityNotFound('role', impliedId);
  }
}
