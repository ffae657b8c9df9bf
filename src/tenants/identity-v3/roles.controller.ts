import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { NeedsToken } from '../../api/http/openapi.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { Requires } from '../../auth/decorators.js';
import { ManageRoles } from '../application/manage-roles.js';
import { roleDocs } from './directory.examples.js';
import { ChangeDocs, CreateDocs, DeleteDocs, ListDocs, ShowDocs } from './directory.openapi.js';
import { toRoleJson } from './directory.representation.js';
import { ListQuery, given } from './list-query.js';
import { Presenter } from './presenter.js';
import { ChangeRoleRequest, CreateRoleRequest, toNewRole, toRoleChanges } from './role.requests.js';
import { ValidatedBody } from './validated-body.js';

/** Roles: the words that access rules are written in. */
@ApiTags('Identity API v3: roles')
@NeedsToken()
@Controller('identity/v3/roles')
export class RolesController {
  constructor(
    @Inject(ManageRoles) private readonly roles: ManageRoles,
    @Inject(Presenter) private readonly presenter: Presenter,
  ) {}

  @Get()
  @Requires('identity:read')
  @ListDocs(roleDocs)
  async list(
    @RawQuery() parameters: QueryParameters,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const query = new ListQuery(parameters);
    const page = await this.roles.list(given({ name: query.text('name') }), query.page());
    return this.presenter.many('roles', page, toRoleJson, request);
  }

  @Get(':role_id')
  @Requires('identity:read')
  @ShowDocs(roleDocs)
  async show(@Param('role_id') id: string, @Req() request: FastifyRequest): Promise<object> {
    return this.presenter.one('role', await this.roles.show(id), toRoleJson, request);
  }

  @Post()
  @Requires('identity:manage')
  @CreateDocs(roleDocs, CreateRoleRequest)
  async create(
    @ValidatedBody(CreateRoleRequest) body: CreateRoleRequest,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const role = await this.roles.create(toNewRole(body));
    return this.presenter.one('role', role, toRoleJson, request);
  }

  @Patch(':role_id')
  @Requires('identity:manage')
  @ChangeDocs(roleDocs, ChangeRoleRequest)
  async change(
    @Param('role_id') id: string,
    @ValidatedBody(ChangeRoleRequest) body: ChangeRoleRequest,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const role = await this.roles.change(id, toRoleChanges(body));
    return this.presenter.one('role', role, toRoleJson, request);
  }

  @Delete(':role_id')
  @Requires('identity:manage')
  @HttpCode(204)
  @DeleteDocs(roleDocs, 'Whoever has the role loses it at once.')
  async remove(@Param('role_id') id: string): Promise<void> {
    await this.roles.remove(id);
  }
}
