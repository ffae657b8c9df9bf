import { Controller, Get, Inject, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { Authenticated, CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ManageProjects } from '../application/manage-projects.js';
import { ManageUsers } from '../application/manage-users.js';
import { toProjectJson } from './directory.representation.js';
import { ListQuery } from './list-query.js';
import { Presenter } from './presenter.js';
import { groupDocs, projectDocs } from './directory.examples.js';
import { PageReply } from './directory.openapi.js';

const NO_GROUPS = { items: [], isFull: false };

/** What users belong to. There are no groups here, which some clients ask for all the same. */
@ApiTags('Identity API v3: users')
@NeedsToken()
@Controller('identity/v3')
export class MembershipsController {
  constructor(
    @Inject(ManageProjects) private readonly projects: ManageProjects,
    @Inject(ManageUsers) private readonly users: ManageUsers,
    @Inject(Presenter) private readonly presenter: Presenter,
  ) {}

  @Get('users/:user_id/projects')
  @Authenticated()
  @ApiOperation({ operationId: 'listProjectsOfUser', summary: 'List the projects of a user' })
  @PageReply('Projects on which the user has a role.', projectDocs)
  @Fails(400, [403, 'Somebody else’s; administrators and readers of the system may.'], 404)
  async listProjects(
    @Param('user_id') id: string,
    @RawQuery() parameters: QueryParameters,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const user = await this.users.show(id, principal);
    const page = await this.projects.list(
      { assignedTo: user.id },
      new ListQuery(parameters).page(),
    );
    return this.presenter.many('projects', page, toProjectJson, request);
  }

  @Get('users/:user_id/groups')
  @Authenticated()
  @ApiOperation({ operationId: 'listGroupsOfUser', summary: 'List the groups of a user' })
  @PageReply('Always an empty list.', groupDocs)
  @Fails([403, 'Somebody else’s; administrators and readers of the system may.'], 404)
  async listGroupsOf(
    @Param('user_id') id: string,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    await this.users.show(id, principal);
    return this.presenter.many('groups', NO_GROUPS, () => ({}), request);
  }

  @Get('groups')
  @Requires('identity:read')
  @ApiOperation({ operationId: 'listGroups', summary: 'List groups' })
  @PageReply('Always an empty list.', groupDocs)
  @Fails(403)
  listGroups(@Req() request: FastifyRequest): object {
    return this.presenter.many('groups', NO_GROUPS, () => ({}), request);
  }
}
