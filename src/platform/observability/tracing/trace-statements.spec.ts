import { describe, expect, it } from '@jest/globals';
import { summaryOf } from './trace-statements.js';

describe('the summary of a statement without a name', () => {
  it.each([
    ['SELECT "public"."images"."id" FROM "public"."images" WHERE "id" = $1', 'SELECT images'],
    ['insert into image_tasks (id) VALUES ($1)', 'INSERT image_tasks'],
    [`UPDATE "public"."users" SET "name" = 'secret'`, 'UPDATE users'],
    ['DELETE FROM image_members', 'DELETE image_members'],
    ['  BEGIN', 'BEGIN'],
    [`SELECT 'secret'`, 'SELECT'],
    ['', 'STATEMENT'],
  ])('says what is done to which table: %s', (text, summary) => {
    expect(summaryOf(text)).toBe(summary);
  });
});
