import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrationNames, migrationsDirectory } from './migrate.js';

/** What the release before would stumble over while it runs beside this one. */
const BREAKING: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['drops a table', /\bDROP TABLE\b/i],
  ['drops a column', /\bDROP COLUMN\b/i],
  ['renames something', /\bRENAME (TO|COLUMN)\b/i],
  ['changes a type', /\b(SET DATA TYPE|ALTER COLUMN \S+ TYPE)\b/i],
  ['demands a value that the release before does not write', /\bSET NOT NULL\b/i],
  [
    'adds a column that the release before does not write',
    /\bADD COLUMN (?![^,;]*DEFAULT)[^,;]*NOT NULL/i,
  ],
];

/** A later release takes away what no running one uses any more, and says which release stopped to use it. */
const CONTRACT = /^-- Contract: \S/m;

/** A trigger fills the column, whichever release writes. */
const JUDGED = new Set(['20261122093001_ordered_reads']);

const breaks = (sql: string): string[] =>
  BREAKING.flatMap(([what, pattern]) => (pattern.test(sql) ? [what] : []));

describe('every migration', () => {
  it('is safe while the release before runs, or says why it may contract', async () => {
    const directory = migrationsDirectory();
    const names = await migrationNames(directory);
    const unsafe = names.flatMap((name) => {
      const sql = readFileSync(join(directory, name, 'migration.sql'), 'utf8');
      const found = CONTRACT.test(sql) || JUDGED.has(name) ? [] : breaks(sql);
      return found.map((what) => `${name} ${what}`);
    });
    expect(names.length).toBeGreaterThan(10);
    expect(unsafe).toEqual([]);
  });

  it.each([
    'ALTER TABLE images DROP COLUMN name;',
    'ALTER TABLE images RENAME COLUMN name TO title;',
    'ALTER TABLE images ALTER COLUMN size TYPE numeric;',
    'ALTER TABLE images ADD COLUMN colour TEXT NOT NULL;',
    'ALTER TABLE images ADD COLUMN a TEXT NOT NULL DEFAULT 1, ADD COLUMN b TEXT NOT NULL;',
  ])('would be refused for %s', (sql) => {
    expect(breaks(sql)).not.toEqual([]);
  });
});
