import { Controller, Delete, Get, Head, HttpCode, Inject, Param, Put, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { NeedsToken } from '../../api/http/openapi.js';
import { Requires } from '../../auth/decorators.js';
import { ManageRoleAssignments } from '../application/manage-role-assignments.js';
import type { GrantTarget, RoleGrant } from '../domain/role-assignment.js';
import { toRoleLinkJson } from './directory.representation.js';
import { CheckGrantDocs, GiveRoleDocs, ListGrantsDocs, TakeRoleDocs } from './grants.openapi.js';
import { Presenter } from './presenter.js';

interface TargetPath {
  readonly project_id?: string;
  readonly domain_id?: string;
  readonly user_id: string;
}

interface GrantPath extends TargetPath {
  readonly role_id: string;
}

const ROLES_OF_USER = [
  'projects/:project_id/users/:user_id/roles',
  'domains/:domain_id/users/:user_id/roles',
  'system/users/:user_id/roles',
];
const ROLE_OF_USER = ROLES_OF_USER.map((path) => `${path}/:role_id`);

/** Roles of users on projects, on domains and on the system. */
@ApiTags('Identity API v3: role assignments')
@NeedsToken()
@Controller('identity/v3')
export class GrantsController {
  constructor(
    @Inject(ManageRoleAssignments) private readonly assignments: ManageRoleAssignments,
    @Inject(Presenter) private readonly presenter: Presenter,
  ) {}

  @Get(ROLES_OF_USER)
  @Requires('identity:read')
  @ListGrantsDocs()
  async list(@Param() path: TargetPath, @Req() request: FastifyRequest): Promise<object> {
    const filter = { userId: path.user_id, target: targetOf(path) };
    const page = await this.assignments.list(filter, { limit: 1000, after: null });
    const roles = { items: page.items.map(({ role }) => role), isFull: false };
    return this.presenter.many('roles', roles, toRoleLinkJson, request);
  }

  @Put(ROLE_OF_USER)
  @Requires('identity:manage')
  @HttpCode(204)
  @GiveRoleDocs()
  async give(@Param() path: GrantPath): Promise<void> {
    await this.assignments.give(grantOf(path));
  }

  @Head(ROLE_OF_USER)
  @Requires('identity:read')
  @HttpCode(204)
  @CheckGrantDocs()
  async check(@Param() path: GrantPath): Promise<void> {
    await this.assignments.check(grantOf(path));
  }

  /** Keystone answers GET for the system as HEAD elsewhere. */
  @Get(ROLE_OF_USER)
  @Requires('identity:read')
  @HttpCode(204)
  @CheckGrantDocs('get')
  async confirm(@Param() path: GrantPath): Promise<void> {
    await this.assignments.check(grantOf(path));
  }

  @Delete(ROLE_OF_USER)
  @Requires('identity:manage')
  @HttpCode(204)
  @TakeRoleDocs()
  async take(@Param() path: GrantPath): Promise<void> {
    await this.assignments.take(grantOf(path));
  }
}

const grantOf = (path: GrantPath): RoleGrant => ({
  userId: path.user_id,
  roleId: path.role_id,
  target: targetOf(path),
});

function targetOf({ project_id: projectId, domain_id: domainId }: TargetPath): GrantTarget {
  if (projectId !== undefined) return { kind: 'project', projectId };
  return domainId === undefined ? { kind: 'system' } : { kind: 'domain', domainId };
}
