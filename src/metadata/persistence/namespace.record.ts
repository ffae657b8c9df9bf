import type {
  Definition,
  DefinitionKind,
  DocumentOf,
  DraftDefinition,
} from '../domain/definition.js';
import type { Namespace, NamespaceFields, NamespaceScope } from '../domain/namespace.js';
import type { DraftContents, NamespaceContents } from '../domain/namespace-contents.js';
import type { Association, DraftAssociation } from '../domain/resource-type.js';

/** Columns that every read of a namespace selects, from the alias `n`. */
export const NAMESPACE_COLUMNS = `n.id, n.name, n.display_name AS "displayName", n.description,
  n.visibility, n.protected AS "isProtected", n.owner,
  n.created_at AS "createdAt", n.updated_at AS "updatedAt"`;

/** The associations of the namespace `n` as one JSON array, or null; by name. */
export const ASSOCIATIONS_COLUMN = `(
  SELECT json_agg(json_build_object('name', a.resource_type, 'prefix', a.prefix,
    'propertiesTarget', a.properties_target, 'createdAt', a.created_at, 'updatedAt', a.updated_at)
    ORDER BY a.resource_type)
  FROM metadef_associations a WHERE a.namespace_id = n.id) AS associations`;

/** The definitions of the namespace `n` as one JSON array, or null; in order of creation. */
export const DEFINITIONS_COLUMN = `(
  SELECT json_agg(json_build_object('kind', d.kind, 'name', d.name, 'document', d.document,
    'createdAt', d.created_at, 'updatedAt', d.updated_at) ORDER BY d.id)
  FROM metadef_definitions d WHERE d.namespace_id = n.id) AS definitions`;

/** The scope as a condition on `n`; its values are those of {@link scopeValues}, from `$1` on. */
export const SCOPE_CONDITION = `($1::boolean OR n.visibility = 'public' OR n.owner = $2::text)`;

export function scopeValues(scope: NamespaceScope): [boolean, string | null] {
  return scope === 'everything' ? [true, null] : [false, scope.publicAndOwnedBy];
}

/** A draft of some kind, which it names itself. */
export interface AnyDraft extends DraftDefinition<DefinitionKind> {
  readonly kind: DefinitionKind;
}

/** Dates inside JSON are text. */
type Json<T> = { readonly [Key in keyof T]: T[Key] extends Date ? string : T[Key] };

export type NamespaceRow = Namespace;

export interface ListedRow extends NamespaceRow {
  readonly associations: readonly Json<Association>[] | null;
}

type DefinitionJson = { readonly kind: DefinitionKind } & Json<Definition<DefinitionKind>>;

export interface FullRow extends ListedRow {
  readonly definitions: readonly DefinitionJson[] | null;
}

export function toNamespace(row: NamespaceRow): Namespace {
  const { id, name, displayName, description, visibility, isProtected } = row;
  const { owner, createdAt, updatedAt } = row;
  const fields = { name, displayName, description, visibility, isProtected, owner };
  return { ...fields, id, createdAt, updatedAt };
}

export function toAssociations(row: ListedRow): Association[] {
  return (row.associations ?? []).map((one) => dated(one));
}

export function toContents(row: FullRow): NamespaceContents {
  const definitions = row.definitions ?? [];
  const ofKind = <Kind extends DefinitionKind>(kind: Kind): Definition<Kind>[] =>
    definitions
      .filter((one) => one.kind === kind)
      .map(({ kind: _kind, ...one }) => dated(one) as Definition<Kind>);
  return {
    associations: toAssociations(row),
    properties: ofKind('property'),
    objects: ofKind('object'),
    tags: ofKind('tag'),
  };
}

function dated<T extends { readonly createdAt: string; readonly updatedAt: string }>(
  json: T,
): Omit<T, 'createdAt' | 'updatedAt'> & { createdAt: Date; updatedAt: Date } {
  return { ...json, createdAt: new Date(json.createdAt), updatedAt: new Date(json.updatedAt) };
}

export function namespaceData(fields: NamespaceFields, now: Date) {
  const { name, displayName, description, visibility, isProtected, owner } = fields;
  return { name, displayName, description, visibility, isProtected, owner, updatedAt: now };
}

/** Every kind of definition in one sequence, in the order in which they are to be created. */
export function definitionsOf({ properties, objects, tags }: DraftContents): AnyDraft[] {
  return [
    ...properties.map((draft) => ({ kind: 'property', ...draft }) as const),
    ...objects.map((draft) => ({ kind: 'object', ...draft }) as const),
    ...tags.map((draft) => ({ kind: 'tag', ...draft }) as const),
  ];
}

/** Documents go in as text: Prisma's own JSON leaves out keys such as `__proto__`. */
export const documentText = (document: DocumentOf[DefinitionKind]): string | null =>
  document === null ? null : JSON.stringify(document);

export function associationData(association: DraftAssociation, now: Date) {
  const { name, prefix, propertiesTarget } = association;
  return { resourceTypeName: name, prefix, propertiesTarget, createdAt: now, updatedAt: now };
}
