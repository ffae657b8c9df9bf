import type { Principal, TenantId } from '../../kernel/principal.js';
import { NamespaceProtected } from './metadata.errors.js';

export const NAMESPACE_VISIBILITIES = ['public', 'private'] as const;
export type NamespaceVisibility = (typeof NAMESPACE_VISIBILITIES)[number];

/** What a writer says about a namespace; a replacement says all of it anew. */
export interface NamespaceFields {
  /** At most 80 characters, unique over all tenants. */
  readonly name: string;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly visibility: NamespaceVisibility;
  /** Nothing in a protected namespace can be deleted, nor the namespace itself. */
  readonly isProtected: boolean;
  /** Null: the operator's own, loaded from a file. */
  readonly owner: TenantId | null;
}

/** A set of metadata definitions with one owner and one visibility. */
export interface Namespace extends NamespaceFields {
  readonly id: bigint;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Which namespaces exist for a caller: all of them, or the public ones and those of one tenant. */
export type NamespaceScope = 'everything' | { readonly publicAndOwnedBy: TenantId | null };

/** Image API 5.4: public namespaces, the own tenant's private ones; admins see all. */
export function visibleTo(principal: Principal): NamespaceScope {
  return principal.isAdmin ? 'everything' : { publicAndOwnedBy: principal.tenantId };
}

/** @throws NamespaceProtected when neither the namespace nor anything inside may be deleted */
export function assertDeletable(namespace: Namespace): void {
  if (namespace.isProtected) throw new NamespaceProtected(namespace.name);
}
