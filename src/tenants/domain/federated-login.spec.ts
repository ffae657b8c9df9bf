import { describe, expect, it } from '@jest/globals';
import { DEFAULT_DOMAIN_ID, type DomainRef, type EntityRef } from './directory.js';
import { tenantMeant, type FederatedLogin } from './federated-login.js';

const red = { id: 'tenant-1', name: 'red', roles: ['member'] };
const blue = { id: 'tenant-2', name: 'blue', roles: ['reader'] };
const login: FederatedLogin = {
  id: 'log-in',
  userId: 'user',
  userName: 'ann',
  provider: 'corporate',
  tenants: [red, blue],
  expiresAt: new Date(0),
};
const named = (name: string, domain: DomainRef): EntityRef => ({ name, domain });

describe('the tenant that a log-in of an issuer asks for', () => {
  it.each([
    ['by its id', { id: blue.id }, blue],
    ['by its name and the name of the provider', named('blue', { name: 'corporate' }), blue],
    ['by its name and the provider as an id', named('red', { id: 'corporate' }), red],
    [
      'by its name alone, which arrives as one in the default domain',
      named('red', { id: DEFAULT_DOMAIN_ID }),
      red,
    ],
  ])('is found %s', (_how, ref, tenant) => {
    expect(tenantMeant(ref, login)).toBe(tenant);
  });

  it.each([
    ['an id that the issuer did not vouch for', { id: 'tenant-3' }],
    ['a name as an id', { id: 'red' }],
    ['a name that the issuer did not vouch for', named('green', { id: 'corporate' })],
    ['an id as a name', named('tenant-1', { id: 'corporate' })],
    ['a name in the domain of another provider, by its id', named('red', { id: 'other' })],
    ['a name in the domain of another provider, by its name', named('red', { name: 'other' })],
    [
      'a name in a domain that is called as the default one',
      named('red', { name: DEFAULT_DOMAIN_ID }),
    ],
  ])('is none for %s', (_what, ref) => {
    expect(tenantMeant(ref, login)).toBeNull();
  });
});
