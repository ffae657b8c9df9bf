import type { Database } from '../../database/database.js';
import { activeSpan } from './active-span.js';
import { errorTypeOf } from './error-type.js';

/** What PostgreSQL answers with when it refuses a statement: five characters. */
const SQLSTATE = /^[0-9A-Z]{5}$/;
const VERB = /^\s*(\w+)/;
const TABLE = /\b(?:FROM|INTO|UPDATE)\s+(?:"?public"?\.)?"?(\w+)"?/i;
const IGNORED = (): void => undefined;

/** A span for each statement of what is traced: its name or what it does to which table, never its values. */
export function traceStatements(database: Database): void {
  database.observe((name, text) => {
    const parent = activeSpan();
    if (parent === undefined) return IGNORED;
    const summary = name ?? summaryOf(text);
    const span = parent.begin(summary, {
      kind: 'client',
      attributes: { 'db.system.name': 'postgresql', 'db.query.summary': summary },
    });
    return (error) => {
      span.end(error === undefined ? {} : failure(error));
    };
  });
}

/** `SELECT images` of a statement without a name. */
export function summaryOf(text: string): string {
  const [, verb = 'statement'] = VERB.exec(text) ?? [];
  const [, table] = TABLE.exec(text) ?? [];
  return table === undefined ? verb.toUpperCase() : `${verb.toUpperCase()} ${table}`;
}

function failure(error: unknown) {
  const errorType = errorTypeOf(error);
  const attributes = SQLSTATE.test(errorType) ? { 'db.response.status_code': errorType } : {};
  return { errorType, attributes };
}
