import { describe, expect, it } from '@jest/globals';
import { expectBoth, fuzz, hostileText } from '../../../test/support/fuzzing.js';
import { ConfigError } from '../../platform/config/config.js';
import { parsePropertyProtections } from './property-protections.file.js';

const ROLES = 'create = admin\nread = @\nupdate = !\ndelete = admin, member\n';

describe('a file of property protections', () => {
  it('is rules with roles for every action, or a refusal that names the line', () => {
    const outcome = fuzz(
      hostileText(
        '[x_.*]\n',
        ROLES,
        `[^a$]\n${ROLES}`,
        'read: a',
        '# no\n',
        '[(]\n',
        '=',
        'create',
      ),
      (text) => {
        const rules = parsePropertyProtections(text);
        const actions = rules.map(({ roles }) => Object.keys(roles).join(' '));
        expect(new Set(['create read update delete', ...actions]).size).toBe(1);
        const names = rules.flatMap(({ roles }) => Object.values(roles).flat());
        expect(names.every((name) => name !== '' && name === name.trim().toLowerCase())).toBe(true);
      },
      ConfigError,
    );
    expectBoth(outcome);
  });
});
