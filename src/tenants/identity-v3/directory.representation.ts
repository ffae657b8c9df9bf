import type { RoleInference } from '../application/manage-roles.js';
import type { Domain, Named, Project, Role, User } from '../domain/directory.js';

/** The entities as the Identity API shows them (identity B7). `base` ends with `/v3`. */

export const toProjectJson = (project: Project, base: string): object => ({
  id: project.id,
  name: project.name,
  domain_id: project.domainId,
  description: project.description,
  enabled: project.isEnabled,
  parent_id: project.domainId,
  is_domain: false,
  tags: project.tags,
  options: {},
  links: { self: `${base}/projects/${project.id}` },
});

export const toUserJson = (user: User, base: string): object => ({
  id: user.id,
  name: user.name,
  domain_id: user.domainId,
  enabled: user.isEnabled,
  password_expires_at: null,
  options: {},
  ...(user.defaultProjectId !== null && { default_project_id: user.defaultProjectId }),
  ...(user.email !== null && { email: user.email }),
  ...(user.description !== null && { description: user.description }),
  links: { self: `${base}/users/${user.id}` },
});

export const toDomainJson = (domain: Domain, base: string): object => ({
  id: domain.id,
  name: domain.name,
  description: domain.description,
  enabled: domain.isEnabled,
  tags: [],
  options: {},
  links: { self: `${base}/domains/${domain.id}` },
});

export const toRoleJson = (role: Role, base: string): object => ({
  id: role.id,
  name: role.name,
  domain_id: null,
  description: role.description,
  options: role.isImmutable ? { immutable: true } : {},
  links: { self: `${base}/roles/${role.id}` },
});

/** A role as it is listed where it was given. */
export const toRoleLinkJson = ({ id, name }: Named, base: string): object => ({
  id,
  name,
  links: { self: `${base}/roles/${id}` },
});

export const toInferenceJson = ({ prior, implied }: RoleInference, base: string): object => ({
  prior_role: toRoleLinkJson(prior, base),
  implies: implied.map((role) => toRoleLinkJson(role, base)),
});
