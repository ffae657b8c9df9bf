import { describe, expect, it } from '@jest/globals';
import { InvalidRequest } from '../../kernel/errors.js';
import { flavourOf, parseAuthV2 } from './auth-v2.request.js';

const KEY = 'RAX-KSKEY:apiKeyCredentials';
const password = { username: 'ann', password: 'secret' };
const ann = { name: 'ann', domain: { id: 'default' } };
const onlyProject = { kind: 'default-or-only-project' };

describe('a request for a token of version 2.0', () => {
  it.each<[object, object, object]>([
    [
      { passwordCredentials: password },
      { method: 'password', user: ann, password: 'secret' },
      onlyProject,
    ],
    [
      { passwordCredentials: { userId: 'u1', password: 's' }, tenantId: 't1' },
      { method: 'password', user: { id: 'u1' }, password: 's' },
      { kind: 'project', project: { id: 't1' } },
    ],
    [
      { passwordCredentials: { ...password, tenantName: 'demo' } },
      { method: 'password', user: ann, password: 'secret' },
      { kind: 'project', project: { name: 'demo', domain: { id: 'default' } } },
    ],
    [
      { [KEY]: { username: 'ann', apiKey: 'k' } },
      { method: 'api_key', user: ann, apiKey: 'k' },
      onlyProject,
    ],
    [
      { token: { id: 'abc' }, tenantName: 'demo' },
      { method: 'token', token: 'abc' },
      { kind: 'project', project: { name: 'demo', domain: { id: 'default' } } },
    ],
  ])('%j', (auth, proof, scope) => {
    expect(parseAuthV2({ auth })).toEqual({ proofs: [proof], scope });
  });

  it.each<[string, unknown]>([
    ['no auth', {}],
    ['no credentials', { auth: {} }],
    ['two kinds of credentials', { auth: { passwordCredentials: password, token: { id: 'a' } } }],
    ['two tenants', { auth: { passwordCredentials: password, tenantId: 'a', tenantName: 'b' } }],
    [
      'a tenant twice',
      { auth: { passwordCredentials: { ...password, tenantId: 'a' }, tenantId: 'a' } },
    ],
    ['a token without a tenant', { auth: { token: { id: 'abc' } } }],
    ['no user', { auth: { passwordCredentials: { password: 's' } } }],
    ['no password', { auth: { passwordCredentials: { username: 'ann' } } }],
    [
      'a long password',
      { auth: { passwordCredentials: { ...password, password: 'x'.repeat(4097) } } },
    ],
  ])('is refused with %s', (_what, body) => {
    expect(() => parseAuthV2(body)).toThrow(InvalidRequest);
  });

  it.each<[unknown, string]>([
    [{ auth: { [KEY]: {} } }, 'rackspace'],
    [{ auth: { passwordCredentials: {} } }, 'openstack'],
    [{ auth: null }, 'openstack'],
    [null, 'openstack'],
  ])('%j comes from a client of %s', (body, flavour) => {
    expect(flavourOf(body)).toBe(flavour);
  });
});
