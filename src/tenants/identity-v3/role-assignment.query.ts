import { InvalidRequest } from '../../kernel/errors.js';
import type { AssignmentFilter } from '../application/ports/role-assignment.repository.js';
import type { GrantTarget } from '../domain/role-assignment.js';
import { given, type ListQuery } from './list-query.js';

/** @throws InvalidRequest for more than one kind of scope, and for groups, which do not exist here */
export function parseAssignmentFilter(query: ListQuery): AssignmentFilter {
  if (query.text('group.id') !== undefined) throw new InvalidRequest('There are no groups.');
  const marker = query.text('marker');
  if (marker !== undefined && !/^\d{1,18}$/.test(marker)) {
    throw new InvalidRequest('The marker is no role assignment.');
  }
  return given({
    userId: query.text('user.id'),
    roleId: query.text('role.id'),
    target: targetOf(query),
  });
}

function targetOf(query: ListQuery): GrantTarget | undefined {
  const projectId = query.text('scope.project.id');
  const domainId = query.text('scope.domain.id');
  const targets: GrantTarget[] = [];
  if (projectId !== undefined) targets.push({ kind: 'project', projectId });
  if (domainId !== undefined) targets.push({ kind: 'domain', domainId });
  if (query.text('scope.system') !== undefined) targets.push({ kind: 'system' });
  if (targets.length > 1) throw new InvalidRequest('Only one scope can be asked for at a time.');
  return targets[0];
}
