import { createHash } from 'node:crypto';
import type { OidcIssuerSettings } from '../../platform/config/oidc-settings.js';
import { expandRoles } from '../../kernel/principal.js';
import { mapRoles, roleTableFrom, type RoleTable } from '../role-mapping.js';
import { firstTexts, parseClaimPath, wordsAt, type ClaimPath } from './claim-path.js';

/** A tenant that a token reaches, and what its holder is there. */
export interface ReachedTenant {
  readonly id: string;
  readonly name: string;
  /** As the issuer has it. */
  readonly external: string;
  readonly roles: ReadonlySet<string>;
}

/** What the claims of a token amount to here. */
export interface MappedClaims {
  /** Null: a token without a user is none. */
  readonly userId: string | null;
  readonly userName: string | null;
  readonly tenants: readonly ReachedTenant[];
  /** Without a tenant. */
  readonly roles: ReadonlySet<string>;
  readonly defaultTenant: ReachedTenant | null;
}

type Mapping = OidcIssuerSettings['mapping'];

/** Reads claims as the operator has configured for their issuer (identity C4). */
export class ClaimsMapping {
  private readonly paths: Readonly<Record<PathKey, readonly ClaimPath[]>>;
  private readonly roleTable: RoleTable;
  private readonly scopeTable: RoleTable | null;
  private readonly adminValues: ReadonlySet<string>;
  private readonly groupPattern: RegExp | null;

  constructor(
    private readonly issuer: string,
    private readonly mapping: Mapping,
  ) {
    this.paths = parsePaths(mapping);
    this.roleTable = roleTableFrom(mapping.roleTable);
    this.scopeTable = mapping.scopeTable === undefined ? null : roleTableFrom(mapping.scopeTable);
    this.adminValues = new Set(mapping.adminValues);
    const { groupPattern } = mapping;
    this.groupPattern = groupPattern === undefined ? null : new RegExp(groupPattern, 'u');
  }

  map(claims: object): MappedClaims {
    const names = this.paths.roles.flatMap((path) => wordsAt(claims, path));
    const limit = this.scopeLimit(claims);
    const everywhere = this.rolesFor(names, limit);
    const tenants = [...this.tenantsOf(claims)].map(([external, groupRoles]) =>
      this.tenant(external, this.rolesFor([...names, ...groupRoles], limit), claims),
    );
    const byDefault = tenants.find(({ external }) => external === this.mapping.defaultProject);
    return {
      userId: firstTexts(claims, this.paths.userId)[0] ?? null,
      userName: firstTexts(claims, this.paths.userName)[0] ?? null,
      tenants,
      roles: everywhere,
      defaultTenant: byDefault ?? (tenants.length === 1 ? (tenants[0] ?? null) : null),
    };
  }

  private tenant(external: string, roles: ReadonlySet<string>, claims: object): ReachedTenant {
    const named = firstTexts(claims, this.paths.projectName)[0];
    const isOnly = this.tenantsOf(claims).size === 1;
    const name = isOnly ? (named ?? external) : external;
    return { id: tenantId(this.issuer, external), name, external, roles };
  }

  /** As the issuer has them, with the roles that the names of groups hold. */
  private tenantsOf(claims: object): ReadonlyMap<string, readonly string[]> {
    const tenants = new Map<string, readonly string[]>();
    for (const project of firstTexts(claims, this.paths.projectId)) tenants.set(project, []);
    for (const { project, role } of this.memberships(claims)) {
      const others = tenants.get(project) ?? [];
      tenants.set(project, role === undefined ? others : [...others, role]);
    }
    return tenants;
  }

  private memberships(claims: object): readonly { project: string; role?: string }[] {
    const pattern = this.groupPattern;
    if (pattern === null) return [];
    return firstTexts(claims, this.paths.groups).flatMap((group) => {
      const { project, role } = pattern.exec(group)?.groups ?? {};
      if (project === undefined || project === '') return [];
      return [{ project, ...(role !== undefined && { role }) }];
    });
  }

  /** Roles say what the user may, scopes what the user lets the client do: both must agree. */
  private rolesFor(
    names: readonly string[],
    limit: ReadonlySet<string> | null,
  ): ReadonlySet<string> {
    const isAdmin = names.some((name) => this.adminValues.has(name));
    const roles = new Set([
      ...mapRoles(names, this.roleTable),
      ...expandRoles(isAdmin ? ['admin'] : []),
    ]);
    if (limit === null) return roles;
    if (!this.hasRoles) return limit;
    return new Set([...roles].filter((role) => limit.has(role)));
  }

  /** Null: the token limits nothing. */
  private scopeLimit(claims: object): ReadonlySet<string> | null {
    if (this.scopeTable === null) return null;
    const scopes = this.paths.scopes.flatMap((path) => wordsAt(claims, path));
    if (scopes.length === 0 && this.hasRoles) return null;
    return mapRoles(scopes, this.scopeTable);
  }

  private get hasRoles(): boolean {
    return this.paths.roles.length > 0 || this.groupPattern !== null;
  }
}

const PATH_KEYS = [
  'userId',
  'userName',
  'projectId',
  'projectName',
  'roles',
  'scopes',
  'groups',
] as const;
type PathKey = (typeof PATH_KEYS)[number];

function parsePaths(mapping: Mapping): Readonly<Record<PathKey, readonly ClaimPath[]>> {
  const parse = (key: PathKey): readonly ClaimPath[] => mapping[key].map(parseClaimPath);
  return Object.fromEntries(PATH_KEYS.map((key) => [key, parse(key)])) as ReturnType<
    typeof parsePaths
  >;
}

/** Paths of the Compute API take hexadecimal digits and dashes only; anything else gets an id of its own. */
export function tenantId(issuer: string, external: string): string {
  if (/^[0-9a-f-]{1,255}$/.test(external)) return external;
  return createHash('sha256')
    .update(JSON.stringify([issuer, external]))
    .digest('hex')
    .slice(0, 32);
}
