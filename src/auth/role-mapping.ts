import { expandRoles } from '../kernel/principal.js';

/** Role names of somebody else, in lower case, to ours. */
export type RoleTable = ReadonlyMap<string, readonly string[]>;

export const roleTableFrom = (entries: Readonly<Record<string, readonly string[]>>): RoleTable =>
  new Map(Object.entries(entries).map(([name, roles]) => [name.toLowerCase(), roles]));

/** Our roles for those names, with the implied ones; names that the table lacks count for nothing. */
export function mapRoles(names: Iterable<string>, table: RoleTable): ReadonlySet<string> {
  return expandRoles([...names].flatMap((name) => table.get(name.toLowerCase()) ?? []));
}
