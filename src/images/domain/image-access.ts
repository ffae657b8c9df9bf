import type { Principal, TenantId } from '../../kernel/principal.js';

export const VISIBILITIES = ['private', 'shared', 'community', 'public'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

export const MEMBER_STATUSES = ['pending', 'accepted', 'rejected'] as const;
export type MemberStatus = (typeof MEMBER_STATUSES)[number];

/**
 * One reason for which images may be seen. The terms of a scope are OR-ed. The rule is data with two
 * interpreters: {@link isWithinScope} here and `persistence/image-scope.sql.ts` for the database.
 */
export type ScopeTerm =
  | { readonly visibility: 'public' | 'community' }
  | { readonly visibilityOtherThan: 'community' }
  | { readonly ownedBy: TenantId }
  | { readonly sharedWith: TenantId; readonly memberStatus: MemberStatus | 'any' }
  | { readonly sharedByNobody: true };

/** Which images a caller may see for one purpose. No term: none at all. */
export type ImageScope = 'everything' | readonly ScopeTerm[];

/** What the access rules look at. `members` are the tenants the image is shared with. */
export interface AccessView {
  readonly owner: TenantId | null;
  readonly visibility: Visibility;
  readonly members: ReadonlyMap<TenantId, MemberStatus>;
}

/** May the caller read images at all? Needs a tenant and the role reader; others see nothing. */
export const mayRead = (principal: Principal): boolean =>
  principal.tenantId !== null && (principal.isAdmin || principal.roles.has('reader'));

/**
 * What the caller may see by id (image-v2 5.2): own, public and community images, and those shared with
 * the tenant whatever it answered. An unowned shared image is seen by everyone.
 */
export function visibleTo(principal: Principal): ImageScope {
  const { tenantId } = principal;
  if (tenantId === null || !mayRead(principal)) return [];
  if (principal.isAdmin) return 'everything';
  return [
    { ownedBy: tenantId },
    { visibility: 'public' },
    { visibility: 'community' },
    { sharedWith: tenantId, memberStatus: 'any' },
    { sharedByNobody: true },
  ];
}

export interface ListScopeOptions {
  /** One visibility, or `all`; none leaves foreign community images out. */
  readonly visibility: Visibility | 'all' | null;
  /** Which answers count for images that others share with the caller's tenant. */
  readonly memberStatus: MemberStatus | 'any';
}

/** What a list holds (image-v2 5.2): narrower than what may be seen by id. */
export function listedFor(principal: Principal, options: ListScopeOptions): ImageScope {
  const { tenantId } = principal;
  if (tenantId === null || !mayRead(principal)) return [];
  const withCommunity = options.visibility === 'community' || options.visibility === 'all';
  if (principal.isAdmin) {
    return withCommunity
      ? 'everything'
      : [{ ownedBy: tenantId }, { visibilityOtherThan: 'community' }];
  }
  return [
    { ownedBy: tenantId },
    { visibility: 'public' },
    ...(withCommunity ? [{ visibility: 'community' } as const] : []),
    { sharedWith: tenantId, memberStatus: options.memberStatus },
  ];
}

/** The in-memory interpreter of a scope. */
export function isWithinScope(image: AccessView, scope: ImageScope): boolean {
  return scope === 'everything' || scope.some((term) => matchesTerm(image, term));
}

function matchesTerm(image: AccessView, term: ScopeTerm): boolean {
  if ('visibility' in term) return image.visibility === term.visibility;
  if ('visibilityOtherThan' in term) return image.visibility !== term.visibilityOtherThan;
  if ('ownedBy' in term) return image.owner === term.ownedBy;
  if ('sharedByNobody' in term) return image.visibility === 'shared' && image.owner === null;
  const status = image.members.get(term.sharedWith);
  return (
    image.visibility === 'shared' &&
    status !== undefined &&
    (term.memberStatus === 'any' || status === term.memberStatus)
  );
}

/** May the caller change or share what they see? A member of the owning tenant, or an admin (5.4). */
export function mayChange(principal: Principal, owner: TenantId | null): boolean {
  if (principal.tenantId === null) return false;
  if (principal.isAdmin) return true;
  return owner === principal.tenantId && mayWrite(principal);
}

/** May the caller delete what they see? Whoever may change it, apart from mere creators (identity A10). */
export function mayDelete(principal: Principal, owner: TenantId | null): boolean {
  return mayChange(principal, owner) && (principal.isAdmin || principal.roles.has('member'));
}

/** Another service of the cloud, by its own token or by the one that it sends beside that of a user. */
export const isService = ({ roles, serviceRoles }: Principal): boolean =>
  roles.has('service') || serviceRoles.has('service');

/** May the caller say where the data of what they see lies (5.4)? */
export const mayAddLocation = (principal: Principal, owner: TenantId | null): boolean =>
  isService(principal) || mayChange(principal, owner);

/** May the caller learn where data lies, whatever replies show to others (5.4)? */
export const mayReadLocations = (principal: Principal): boolean =>
  principal.isAdmin || isService(principal);

const mayWrite = ({ roles }: Principal): boolean =>
  roles.has('member') || roles.has('image-creator');

/** May the caller read the data of what they see? Needs the role member: readers see records alone (5.4). */
export function mayDownload(principal: Principal): boolean {
  return principal.tenantId !== null && (principal.isAdmin || mayWrite(principal));
}
