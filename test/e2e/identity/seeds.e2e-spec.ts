import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
// @ts-expect-error: scripts are plain JavaScript.
import { seedIdentity } from '../../../scripts/lib/seed-identity.mjs';
import { ADMIN_PASSWORD, IdentityFixture, logIn, namesOf } from '../../support/identity.js';

const seed = seedIdentity as (
  admin: { authUrl: string; username: string; password: string },
  password: (name: string) => string,
) => Promise<string[]>;

let identity: IdentityFixture;
let authUrl: string;

beforeAll(async () => {
  identity = await IdentityFixture.start();
  authUrl = `${await identity.app.listen()}/identity/v3`;
});

afterAll(() => identity.app.close());

const run = (suffix: string) =>
  seed({ authUrl, username: 'admin', password: ADMIN_PASSWORD }, (name) => `${name} ${suffix}`);

describe('npm run db:seed (identity B7)', () => {
  it('makes what a development cloud has, and then nothing more', async () => {
    expect(await run('first')).toEqual(['demo', 'demo_reader', 'alt_demo', 'image']);
    expect(await run('second')).toEqual([]);

    const token = identity.adminToken;
    const { body } = await identity.app.request('GET', '/identity/v3/projects', { token });
    expect(namesOf(body.projects).toSorted()).toEqual(['admin', 'alt_demo', 'demo', 'service']);
  });

  it.each([
    ['demo', 'demo', ['member', 'reader']],
    ['demo_reader', 'demo', ['reader']],
    ['alt_demo', 'alt_demo', ['member', 'reader']],
    ['image', 'service', ['service']],
  ])('%s logs in to the project %s as %j', async (name, project, roles) => {
    const reply = await logIn(identity.app, { name, password: `${name} first` });
    expect(reply.status).toBe(201);
    expect(reply.body.token.project.name).toBe(project);
    expect(namesOf(reply.body.token.roles)).toEqual(roles);
  });

  it('stands on the roles and the domain that every start makes', async () => {
    const token = identity.adminToken;
    const roles = await identity.app.request('GET', '/identity/v3/roles', { token });
    expect(namesOf(roles.body.roles)).toEqual(['admin', 'manager', 'member', 'reader', 'service']);
    const inferences = await identity.app.request('GET', '/identity/v3/role_inferences', { token });
    const pairs = (
      inferences.body.role_inferences as {
        prior_role: { name: string };
        implies: { name: string }[];
      }[]
    ).map(({ prior_role: prior, implies }) => [prior.name, ...namesOf(implies)]);
    expect(pairs).toEqual([
      ['admin', 'manager'],
      ['manager', 'member'],
      ['member', 'reader'],
    ]);
    const domain = await identity.app.request('GET', '/identity/v3/domains/default', { token });
    expect(domain.body.domain.name).toBe('Default');
  });
});
