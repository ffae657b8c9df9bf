import type { Principal } from '../kernel/principal.js';

/**
 * What a caller may attempt, judged from the caller and the route alone; what they may do to one
 * image is decided by the image (`images/domain/image-access.ts`). Documentation is generated from
 * this table.
 */
interface ActionRule {
  /** Any one of these roles suffices; implied roles are already expanded. Empty: a valid token is enough. */
  readonly roles: readonly string[];
  /** Does the action work on the tenant's things, so that a token without a tenant is refused? */
  readonly needsTenant: boolean;
  /** Any one of these suffices as well, in a token for the system as a whole. */
  readonly systemRoles?: readonly string[];
  readonly description: string;
}

const rule = (description: string, roles: string[], needsTenant = true): ActionRule => ({
  description,
  roles,
  needsTenant,
});

export const policy = {
  'image:list': rule('List images.', ['reader']),
  'image:create': rule('Create an image record in the own tenant.', ['member', 'image-creator']),
  'deleted-image:manage': rule('List and restore deleted images.', ['admin']),
  'quota:show': rule('Show the quota and usage of any tenant.', ['admin']),
  'quota:set': rule('Set the quota of any tenant.', ['admin']),
  'tenant:read': rule('List and show tenants, and how far a removal is.', ['admin']),
  'tenant:manage': rule('Suspend, resume and remove tenants.', ['admin']),
  'audit:read': rule('Read what was changed: of the own tenant, for admins of all.', ['reader']),
  'webhook:manage': rule('See what is on its way to webhooks, and send it again.', ['admin']),
  'discovery:show': rule(
    'Read what the service offers, and the usage of the own tenant.',
    [],
    false,
  ),
  'stores:detail': rule('Read the configuration of the stores.', ['admin', 'service'], false),
  'metadef:read': rule('Read metadata definitions, public and of the own tenant.', ['reader']),
  'metadef:write': rule('Create, change and delete metadata definitions.', ['admin']),
  'image:change': rule('Change or delete an image; whether this one, the image decides.', []),
  'store-copy:delete': rule('Remove one copy of image data from a store.', ['admin']),
  'cache:manage': rule('See, fill and empty the image cache of a node.', ['admin']),
  'task:manage': rule('Make, list and show tasks of any tenant.', ['admin']),
  'schema:show': rule('Read the JSON schemas.', [], false),
  'identity:read': {
    ...rule('Read users, projects, domains, roles and assignments of others.', ['admin'], false),
    systemRoles: ['reader'],
  },
  'identity:manage': rule(
    'Change users, projects, domains, roles and assignments.',
    ['admin'],
    false,
  ),
} as const satisfies Record<string, ActionRule>;

export type Action = keyof typeof policy;

/** May a caller with these roles and this scope attempt the action at all? */
export function permits(action: Action, principal: Principal): boolean {
  const { roles, needsTenant, systemRoles = [] }: ActionRule = policy[action];
  if (needsTenant && principal.tenantId === null) return false;
  if (roles.length === 0) return true;
  const sufficient = principal.scope === 'system' ? [...roles, ...systemRoles] : roles;
  return sufficient.some((role) => principal.roles.has(role));
}
