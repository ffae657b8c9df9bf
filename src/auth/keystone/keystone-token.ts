import { z } from 'zod';
import { mapRoles, type RoleTable } from '../role-mapping.js';
import type { VerifiedToken } from '../token-verifier.js';

const named = z.object({ id: z.string().min(1), name: z.string().nullish() });

/** The members of a token that this service uses (identity A5). */
const answerSchema = z.object({
  token: z.object({
    expires_at: z.iso.datetime({ offset: true }),
    audit_ids: z.array(z.string()).default([]),
    user: named,
    project: named.optional(),
    domain: z.object({ id: z.string() }).optional(),
    system: z.object({ all: z.boolean().optional() }).optional(),
    roles: z.array(z.object({ name: z.string() })).default([]),
    is_admin_project: z.boolean().default(true),
    catalog: z.array(z.object({ type: z.string() })).optional(),
    application_credential: z
      .object({
        restricted: z.boolean().default(true),
        access_rules: z
          .array(z.object({ service: z.string(), method: z.string(), path: z.string() }))
          .nullish(),
      })
      .optional(),
  }),
});

export type KeystoneToken = z.infer<typeof answerSchema>['token'];

/** @returns null when the document is not a token that can be used */
export function parseToken(document: unknown): KeystoneToken | null {
  const parsed = answerSchema.safeParse(document);
  return parsed.success ? parsed.data.token : null;
}

/** Rules name services of the catalog, so judging them needs it (identity A6). */
export const needsCatalog = ({ application_credential: credential, catalog }: KeystoneToken) =>
  (credential?.access_rules ?? []).length > 0 && (catalog ?? []).length === 0;

export interface RoleRules {
  /** Null: Keystone's role names are ours, with implied ones included. */
  readonly roleTable: RoleTable | null;
  readonly requireAdminProject: boolean;
}

export function toVerifiedToken(token: KeystoneToken, rules: RoleRules): VerifiedToken {
  const roles = rolesOf(token, rules);
  const { user, project, application_credential: credential } = token;
  return {
    principal: {
      userId: user.id,
      userName: user.name ?? null,
      tenantId: project?.id ?? null,
      tenantName: project?.name ?? null,
      scope: scopeOf(token),
      roles,
      isAdmin: roles.has('admin'),
      serviceRoles: new Set(),
      isRestricted: credential?.restricted ?? false,
      expiresAt: new Date(token.expires_at),
      auditIds: token.audit_ids,
    },
    accessRules: accessRulesOf(token),
  };
}

function rolesOf(
  { roles, is_admin_project: isAdminProject }: KeystoneToken,
  { roleTable, requireAdminProject }: RoleRules,
): ReadonlySet<string> {
  const names = roles.map(({ name }) => name.toLowerCase());
  const ours = new Set(roleTable === null ? names : mapRoles(names, roleTable));
  // Elsewhere the administrator keeps the lesser roles that the token lists.
  if (requireAdminProject && !isAdminProject) ours.delete('admin');
  return ours;
}

function scopeOf({
  project,
  domain,
  system,
}: KeystoneToken): 'project' | 'domain' | 'system' | 'unscoped' {
  if (project !== undefined) return 'project';
  if (domain !== undefined) return 'domain';
  return system?.all === true ? 'system' : 'unscoped';
}

/** Rules for services that the catalog of the token lacks permit nothing. */
function accessRulesOf({ application_credential: credential, catalog }: KeystoneToken) {
  const rules = credential?.access_rules ?? null;
  const types = new Set(catalog?.map(({ type }) => type));
  return rules?.filter(({ service }) => types.has(service)) ?? null;
}
