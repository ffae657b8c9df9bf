import type { NamedInDomain } from '../domain/authorization.js';
import type { Named } from '../domain/directory.js';
import type { RoleAssignment } from '../domain/role-assignment.js';
import type { Represent } from './presenter.js';

/** @returns a function that writes assignments with ids alone, or with names beside them */
export function toAssignmentJson({ withNames }: { withNames: boolean }): Represent<RoleAssignment> {
  const entity = (value: Named | NamedInDomain): object => {
    if (!withNames) return { id: value.id };
    const domain = 'domain' in value && {
      domain: { id: value.domain.id, name: value.domain.name },
    };
    return { id: value.id, name: value.name, ...domain };
  };
  return ({ user, role, project, domain }, base) => ({
    user: entity(user),
    role: entity(role),
    scope: {
      ...(project && { project: entity(project) }),
      ...(domain && { domain: entity(domain) }),
      ...(!project && !domain && { system: { all: true } }),
    },
    links: { assignment: `${base}/${pathOf(project, domain)}/users/${user.id}/roles/${role.id}` },
  });
}

function pathOf(project: Named | null, domain: Named | null): string {
  if (project !== null) return `projects/${project.id}`;
  return domain === null ? 'system' : `domains/${domain.id}`;
}
