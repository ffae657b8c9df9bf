import { describe, expect, it } from '@jest/globals';
import { InvalidRequest } from '../../kernel/errors.js';
import { AuthRequestParser } from './auth.request.js';

const parser = new AuthRequestParser(true);
const strict = new AuthRequestParser(false);

const body = (identity: unknown, scope?: unknown) => ({ auth: { identity, scope } });
const password = (user: object) => ({ methods: ['password'], password: { user } });
const ann = { name: 'ann', domain: { id: 'default' }, password: 'secret' };

describe('proofs of identity', () => {
  it.each([
    [{ id: 'u1', password: 's' }, { id: 'u1' }],
    [{ id: 'u1', domain: { id: 'x' }, password: 's' }, { id: 'u1' }],
    [{ id: 'u1', name: 'ann', password: 's' }, { id: 'u1' }],
    [
      { name: 'ann', domain: { id: 'd' }, password: 's' },
      { name: 'ann', domain: { id: 'd' } },
    ],
    [
      { name: 'ann', domain: { name: 'D' }, password: 's' },
      { name: 'ann', domain: { name: 'D' } },
    ],
    [
      { name: 'ann', password: 's' },
      { name: 'ann', domain: { id: 'default' } },
    ],
    [
      { name: 'ann', domain: {}, password: 's' },
      { name: 'ann', domain: { id: 'default' } },
    ],
    [
      { name: 'ann', domain: { id: null }, password: 's' },
      { name: 'ann', domain: { id: 'default' } },
    ],
  ])('name the user of %j', (user, expected) => {
    expect(parser.parse(body(password(user))).proofs).toEqual([
      { method: 'password', user: expected, password: 's' },
    ]);
  });

  it('may be a token', () => {
    const identity = { methods: ['token'], token: { id: 'abc' } };
    expect(parser.parse(body(identity)).proofs).toEqual([{ method: 'token', token: 'abc' }]);
  });

  it.each([
    [{ id: 'c1' }, { id: 'c1' }],
    [
      { name: 'robot', user: { id: 'u1' } },
      { name: 'robot', user: { id: 'u1' } },
    ],
    [
      { name: 'robot', user: { name: 'ann', domain: { name: 'D' } } },
      { name: 'robot', user: { name: 'ann', domain: { name: 'D' } } },
    ],
  ])('may be the application credential %j', (member, expected) => {
    const identity = {
      methods: ['application_credential'],
      application_credential: { ...member, secret: 's' },
    };
    expect(parser.parse(body(identity)).proofs).toEqual([
      { method: 'application_credential', credential: expected, secret: 's' },
    ]);
  });

  it('may be several', () => {
    const identity = { ...password(ann), methods: ['token', 'password'], token: { id: 'abc' } };
    expect(parser.parse(body(identity)).proofs.map(({ method }) => method)).toEqual([
      'token',
      'password',
    ]);
  });

  it('of an unknown kind are answered with the known ones', () => {
    const supported = { methods: ['password', 'token', 'application_credential'] };
    expect(refusalOf({ methods: ['totp'] })).toMatchObject({
      kind: 'unauthenticated',
      details: { identity: supported },
    });
    expect(refusalOf({ ...password(ann), methods: ['password', 'totp'] })).toMatchObject({
      details: { identity: supported },
    });
  });
});

function refusalOf(identity: object): unknown {
  try {
    parser.parse(body(identity));
  } catch (error) {
    return error;
  }
  throw new Error('It was accepted.');
}

describe('scopes', () => {
  it.each([
    [undefined, { kind: 'default' }],
    [null, { kind: 'default' }],
    ['unscoped', { kind: 'unscoped' }],
    [{ unscoped: {} }, { kind: 'unscoped' }],
    [{ system: { all: true } }, { kind: 'system' }],
    [{ project: { id: 'p1' } }, { kind: 'project', project: { id: 'p1' } }],
    [{ project: { id: 'p1', domain: { id: 'x' } } }, { kind: 'project', project: { id: 'p1' } }],
    [
      { project: { name: 'demo', domain: { name: 'Default' } } },
      { kind: 'project', project: { name: 'demo', domain: { name: 'Default' } } },
    ],
    [
      { project: { name: 'demo' } },
      { kind: 'project', project: { name: 'demo', domain: { id: 'default' } } },
    ],
    [{ domain: { id: 'default' } }, { kind: 'domain', domain: { id: 'default' } }],
    [{ domain: { name: 'Default' } }, { kind: 'domain', domain: { name: 'Default' } }],
  ])('%j', (scope, expected) => {
    expect(parser.parse(body(password(ann), scope)).scope).toEqual(expected);
  });
});

describe('a malformed request is refused', () => {
  it.each<[string, unknown]>([
    ['an array', []],
    ['a string', 'auth'],
    ['without auth', {}],
    ['without identity', { auth: {} }],
    ['without methods', body({})],
    ['with methods that are no list', body({ ...password(ann), methods: 'password' })],
    ['with no method', body({ methods: [] })],
    ['with methods that are no strings', body({ methods: [1] })],
    ['with a method twice', body({ ...password(ann), methods: ['password', 'password'] })],
    ['with eleven methods', body({ methods: Array.from({ length: 11 }, (_, n) => `m${n}`) })],
    ['without the object of its method', body({ methods: ['password'] })],
    ['without a user', body({ methods: ['password'], password: {} })],
    ['with a user who has neither id nor name', body(password({ password: 's' }))],
    ['with a name that is no string', body(password({ name: 5, password: 's' }))],
    ['with a name of 256 characters', body(password({ name: 'x'.repeat(256), password: 's' }))],
    ['without a password', body(password({ name: 'ann' }))],
    ['with a password that is no string', body(password({ ...ann, password: { a: 1 } }))],
    ['with a password of 4097 bytes', body(password({ ...ann, password: 'x'.repeat(4097) }))],
    [
      'with a password of 4098 bytes in UTF-8',
      body(password({ ...ann, password: 'é'.repeat(2049) })),
    ],
    ['without a token id', body({ methods: ['token'], token: {} })],
    [
      'with an application credential by name without a user',
      body({
        methods: ['application_credential'],
        application_credential: { name: 'robot', secret: 's' },
      }),
    ],
    [
      'with an application credential without a secret',
      body({
        methods: ['application_credential'],
        application_credential: { id: 'c1' },
      }),
    ],
    ['with an empty scope', body(password(ann), {})],
    ['with two scopes', body(password(ann), { project: { id: 'p' }, domain: { id: 'd' } })],
    ['with an unknown scope', body(password(ann), 'everything')],
    ['with a part of the system', body(password(ann), { system: { all: false } })],
    ['with a project without id and name', body(password(ann), { project: {} })],
    ['with a domain without id and name', body(password(ann), { domain: {} })],
  ])('%s', (_what, request) => {
    expect(() => parser.parse(request)).toThrow(InvalidRequest);
  });

  it('a password of exactly 4096 bytes is not', () => {
    const longest = 'é'.repeat(2048);
    expect(parser.parse(body(password({ ...ann, password: longest }))).proofs).toHaveLength(1);
  });

  it.each([
    ['user', body(password({ name: 'ann', password: 's' }))],
    ['project', body(password(ann), { project: { name: 'demo' } })],
  ])('a %s name without a domain, when there is no fall-back', (_what, request) => {
    expect(() => strict.parse(request)).toThrow(InvalidRequest);
  });
});
