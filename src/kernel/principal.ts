export type TenantId = string;

/**
 * The standard roles; each implies the ones to its right. Beside them stand `service`, and `image-creator`, which
 * implies `reader` and may do to images what a member may, except delete them.
 */
export type RoleName =
  'admin' | 'manager' | 'member' | 'reader' | 'image-creator' | 'service' | (string & {});

/**
 * Who is asking, as established by a token verifier. Immutable; passed as an argument, never ambient.
 * Role names are lower case with implied roles already expanded.
 */
export interface Principal {
  readonly userId: string;
  readonly userName: string | null;
  /** The tenant (project) the token is scoped to; null for unscoped, domain- and system-scoped tokens. */
  readonly tenantId: TenantId | null;
  readonly tenantName: string | null;
  readonly scope: 'project' | 'domain' | 'system' | 'unscoped';
  readonly roles: ReadonlySet<string>;
  /** Has the role `admin`, on any tenant: admin is global, as in Keystone. */
  readonly isAdmin: boolean;
  /** Roles of the service token sent beside the user's; empty without one. */
  readonly serviceRoles: ReadonlySet<string>;
  /** From a restricted application credential: it may not make further credentials. */
  readonly isRestricted?: boolean;
  /** The log-in through an issuer that the token goes back to; absent for users of the embedded identity itself. */
  readonly federatedLoginId?: string;
  readonly expiresAt: Date;
  /** Identify the token in audit records without revealing it. */
  readonly auditIds: readonly string[];
}

const IMPLIED: Readonly<Record<string, string>> = {
  admin: 'manager',
  manager: 'member',
  member: 'reader',
  'image-creator': 'reader',
};

/** Lower-cases role names and adds the roles they imply (admin > manager > member > reader). */
export function expandRoles(names: Iterable<string>): ReadonlySet<string> {
  const roles = new Set<string>();
  for (const name of names) {
    let role: string | undefined = name.toLowerCase();
    while (role !== undefined && !roles.has(role)) {
      roles.add(role);
      role = Object.hasOwn(IMPLIED, role) ? IMPLIED[role] : undefined;
    }
  }
  return roles;
}
