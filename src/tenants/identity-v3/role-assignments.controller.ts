import { Controller, Get, Inject, Req } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { Requires } from '../../auth/decorators.js';
import { ManageRoleAssignments } from '../application/manage-role-assignments.js';
import { assignmentDocs } from './directory.examples.js';
import { PageReply } from './directory.openapi.js';
import { ListQuery } from './list-query.js';
import { Presenter } from './presenter.js';
import { parseAssignmentFilter } from './role-assignment.query.js';
import { toAssignmentJson } from './role-assignment.representation.js';

/** Who has which role where, over everything. */
@ApiTags('Identity API v3: role assignments')
@NeedsToken()
@Requires('identity:read')
@Controller('identity/v3/role_assignments')
export class RoleAssignmentsController {
  constructor(
    @Inject(ManageRoleAssignments) private readonly assignments: ManageRoleAssignments,
    @Inject(Presenter) private readonly presenter: Presenter,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listRoleAssignments', summary: 'List role assignments' })
  @ApiQuery({ name: 'user.id', required: false })
  @ApiQuery({ name: 'role.id', required: false })
  @ApiQuery({ name: 'scope.project.id', required: false })
  @ApiQuery({ name: 'scope.domain.id', required: false })
  @ApiQuery({ name: 'scope.system', required: false, description: '`all`' })
  @ApiQuery({ name: 'effective', required: false, description: 'With the implied roles' })
  @ApiQuery({ name: 'include_names', required: false, description: 'Names beside the ids' })
  @PageReply('One page.', assignmentDocs)
  @Fails(400, 403)
  async list(
    @RawQuery() parameters: QueryParameters,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const query = new ListQuery(parameters);
    const filter = parseAssignmentFilter(query);
    const { limit, marker } = query.page();
    const page = { limit, after: marker };
    const found = query.flag('effective')
      ? await this.assignments.listEffective(filter, page)
      : await this.assignments.list(filter, page);
    const represent = toAssignmentJson({ withNames: query.flag('include_names') ?? false });
    return this.presenter.many('role_assignments', found, represent, request);
  }
}
