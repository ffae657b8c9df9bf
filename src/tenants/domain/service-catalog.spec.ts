import { describe, expect, it } from '@jest/globals';
import { catalogFor, serviceCatalog } from './service-catalog.js';

const services = serviceCatalog(
  {
    identity: 'http://cloud/identity/v3',
    image: 'http://cloud/image',
    compute: 'http://cloud/compute/v2.1',
  },
  'RegionOne',
);
const urlsOf = (catalog: typeof services) =>
  Object.fromEntries(catalog.map(({ type, endpoints }) => [type, endpoints[0]?.url]));

describe('the service catalog', () => {
  it('lists every service with all three interfaces', () => {
    for (const { endpoints } of services) {
      expect(endpoints.map((endpoint) => endpoint.interface)).toEqual([
        'public',
        'internal',
        'admin',
      ]);
    }
  });

  it('has distinct ids that stay the same', () => {
    const ids = services.flatMap(({ id, endpoints }) => [id, ...endpoints.map((e) => e.id)]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
    const again = serviceCatalog({ identity: 'a', image: 'b', compute: 'c' }, 'RegionOne');
    expect(again.map(({ id }) => id)).toEqual(services.map(({ id }) => id));
  });

  it('fills in the project of a token', () => {
    expect(urlsOf(catalogFor(services, 'p1'))).toEqual({
      identity: 'http://cloud/identity/v3',
      image: 'http://cloud/image',
      compute: 'http://cloud/compute/v2.1/p1',
    });
  });

  it('leaves out what needs a project when there is none', () => {
    expect(Object.keys(urlsOf(catalogFor(services, null)))).toEqual(['identity', 'image']);
  });
});
