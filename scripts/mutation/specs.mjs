// What specs import as `@jest/globals` while mutants are tested: the same expectations, and as much of the rest as
// specs of plain functions use. Whatever else a spec imports is missing, so that it fails instead of being passed over.
import { expect } from 'expect';
import { format } from 'node:util';

export { expect };

/** Every claim that was imported: its full name and what shows it. */
export const claims = [];
const names = [];

export function describe(name, body) {
  names.push(name);
  body();
  names.pop();
}

export function it(name, body) {
  claims.push({ name: [...names, name].join(' '), body });
}

const each = (declare) => (table) => (name, body) => {
  for (const [index, row] of table.entries()) {
    const values = Array.isArray(row) ? row : [row];
    declare(`${format(name, ...values)} [${index}]`, () => body(...values));
  }
};
describe.each = each(describe);
it.each = each(it);
