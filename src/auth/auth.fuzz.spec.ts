import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectBoth, fuzz, hostileJson, hostileText } from '../../test/support/fuzzing.js';
import { DomainError } from '../kernel/errors.js';
import { pathMatches } from './access-rules.js';
import { credentialsOf } from './credentials.js';
import { parseClaimPath, wordsAt } from './oidc/claim-path.js';

describe('the credentials of a request', () => {
  it('are a bounded token without space around it, or none, or refused', () => {
    const value = hostileText('Bearer abc', 'bearer  x.y.z', 'gAAAA', 'Basic eDp5', ' ');
    const name = fc.constantFrom(
      'x-auth-token',
      'authorization',
      'x-service-token',
      'x-storage-token',
    );
    const found = { tokens: 0 };
    const outcome = fuzz(
      fc.tuple(fc.array(fc.tuple(name, value), { maxLength: 3 }), fc.boolean()),
      ([pairs, acceptsBearer]) => {
        const request = { headers: Object.fromEntries(pairs), raw: { rawHeaders: pairs.flat() } };
        const credentials = credentialsOf(request, acceptsBearer);
        const token = credentials?.token ?? 'none';
        found.tokens += Number(credentials !== null);
        expect(token).toBe(token.trim());
        expect(token.length > 0 && token.length <= 16_384).toBe(true);
      },
      DomainError,
    );
    expectBoth(outcome);
    expect(found.tokens).toBeGreaterThan(10);
  });
});

describe('the path of an access rule', () => {
  it('permits itself where it is literal, and everything with two stars before it', () => {
    const paths = hostileText('/v2/images', '/', 'tags', 'a.b').map((text) =>
      text.replaceAll(/[*{]/g, ''),
    );
    fuzz(paths, (path) => {
      expect([pathMatches(path, path), pathMatches(path, '**')]).toEqual([true, true]);
    });
  });

  it('never takes long to judge, whatever users write', () => {
    const pattern = hostileText('**', '*', '{id}', '/v2', 'a', '**a**a', '{');
    fuzz(fc.tuple(hostileText('/v2/images', 'aaaa', '/'), pattern), ([path, pattern]) => {
      expect(typeof pathMatches(path.slice(0, 4096), pattern.slice(0, 255))).toBe('boolean');
    });
  });
});

describe('a claim path', () => {
  it('leads to words or nowhere, in claims of any shape', () => {
    const paths = hostileText('realm_access.roles', 'groups[*].name', '"a.b".c', '*', '[', '"');
    const claims = hostileJson('realm_access', 'roles', 'groups', 'name', 'a.b', 'x y,z');
    fuzz(fc.tuple(claims, paths), ([claims, path]) => {
      const words = wordsAt(claims, parseClaimPath(path.slice(0, 255)));
      expect(words.every((word) => typeof word === 'string')).toBe(true);
    });
  });
});
