import {
  Controller,
  Delete,
  Get,
  Head,
  HttpCode,
  Inject,
  Put,
  Req,
  createParamDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { NeedsToken } from '../../api/http/openapi.js';
import { Requires } from '../../auth/decorators.js';
import { ManageRoleAssignments } from '../application/manage-role-assignments.js';
import type { GrantTarget, RoleGrant } from '../domain/role-assignment.js';
import { toRoleLinkJson } from './directory.representation.js';
import * as docs from './grants.openapi.js';
import { Presenter } from './presenter.js';

interface GrantPath {
  readonly project_id?: string;
  readonly domain_id?: string;
  readonly user_id: string;
  readonly role_id?: string;
}

/** User, role and target as the path names them. */
const PathGrant = createParamDecorator((_data: unknown, context: ExecutionContext): RoleGrant => {
  const { params } = context.switchToHttp().getRequest<{ params: GrantPath }>();
  return { userId: params.user_id, roleId: params.role_id ?? '', target: targetOf(params) };
});

/** The roles of one user on one kind of target: the same operations on three paths. */
function grantsOn(target: GrantTarget['kind']) {
  @ApiTags('Identity API v3: role assignments')
  @NeedsToken()
  class GrantsController {
    constructor(
      @Inject(ManageRoleAssignments) readonly assignments: ManageRoleAssignments,
      @Inject(Presenter) readonly presenter: Presenter,
    ) {}

    @Get()
    @Requires('identity:read')
    @docs.ListGrantsDocs(target)
    async list(@PathGrant() grant: RoleGrant, @Req() request: FastifyRequest): Promise<object> {
      const filter = { userId: grant.userId, target: grant.target };
      const page = await this.assignments.list(filter, { limit: 1000, after: null });
      const roles = { items: page.items.map(({ role }) => role), isFull: false };
      return this.presenter.many('roles', roles, toRoleLinkJson, request);
    }

    @Put(':role_id')
    @Requires('identity:manage')
    @HttpCode(204)
    @docs.GiveRoleDocs(target)
    give(@PathGrant() grant: RoleGrant): Promise<void> {
      return this.assignments.give(grant);
    }

    @Head(':role_id')
    @Requires('identity:read')
    @HttpCode(204)
    @docs.CheckGrantDocs(target)
    check(@PathGrant() grant: RoleGrant): Promise<void> {
      return this.assignments.check(grant);
    }

    /** Some clients ask with GET what others ask with HEAD. */
    @Get(':role_id')
    @Requires('identity:read')
    @HttpCode(204)
    @docs.CheckGrantDocs(target)
    confirm(@PathGrant() grant: RoleGrant): Promise<void> {
      return this.assignments.check(grant);
    }

    @Delete(':role_id')
    @Requires('identity:manage')
    @HttpCode(204)
    @docs.TakeRoleDocs(target)
    take(@PathGrant() grant: RoleGrant): Promise<void> {
      return this.assignments.take(grant);
    }
  }
  return GrantsController;
}

@Controller('identity/v3/projects/:project_id/users/:user_id/roles')
export class ProjectGrantsController extends grantsOn('project') {}

@Controller('identity/v3/domains/:domain_id/users/:user_id/roles')
export class DomainGrantsController extends grantsOn('domain') {}

@Controller('identity/v3/system/users/:user_id/roles')
export class SystemGrantsController extends grantsOn('system') {}

function targetOf({ project_id: projectId, domain_id: domainId }: GrantPath): GrantTarget {
  if (projectId !== undefined) return { kind: 'project', projectId };
  return domainId === undefined ? { kind: 'system' } : { kind: 'domain', domainId };
}
