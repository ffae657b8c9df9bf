import { describe, expect, it } from '@jest/globals';
import { ComputeLinks, withoutVersion } from './links.js';

const bases = {
  compute: 'http://openstack.example.com/v2.1',
  image: 'http://glance.openstack.example.com',
  tenant: null,
};

describe('the links of an image', () => {
  it('are self, bookmark and alternate, in this order', () => {
    expect(new ComputeLinks(bases).image('70a599e0')).toEqual([
      { rel: 'self', href: 'http://openstack.example.com/v2.1/images/70a599e0' },
      { rel: 'bookmark', href: 'http://openstack.example.com/images/70a599e0' },
      {
        rel: 'alternate',
        type: 'application/vnd.openstack.image',
        href: 'http://glance.openstack.example.com/images/70a599e0',
      },
    ]);
  });

  it('carry the project of the route in self and bookmark only', () => {
    const [self, bookmark, alternate] = new ComputeLinks({ ...bases, tenant: '657197' }).image('x');
    expect(self?.href).toBe('http://openstack.example.com/v2.1/657197/images/x');
    expect(bookmark?.href).toBe('http://openstack.example.com/657197/images/x');
    expect(alternate?.href).toBe('http://glance.openstack.example.com/images/x');
  });
});

describe('the links of a server', () => {
  it('stay valid URIs whatever the property holds', () => {
    const [self] = new ComputeLinks(bases).server('a b/ü');
    expect(self?.href).toBe('http://openstack.example.com/v2.1/servers/a%20b%2F%C3%BC');
  });
});

describe('the link to the next page', () => {
  it('sorts the parameters by name and encodes them as a form does', () => {
    const link = new ComputeLinks({ ...bases, tenant: 'abc' }).page('images/detail', [
      ['name', 'a b&c'],
      ['limit', '1'],
      ['property-x:y', 'é'],
      ['marker', '70a5'],
    ]);
    expect(link).toEqual({
      rel: 'next',
      href: 'http://openstack.example.com/v2.1/abc/images/detail?limit=1&marker=70a5&name=a+b%26c&property-x%3Ay=%C3%A9',
    });
  });
});

describe('the base of bookmarks', () => {
  it.each([
    ['http://h/v2.1', 'http://h'],
    ['http://h/v2', 'http://h'],
    ['http://h/compute/v2.1', 'http://h/compute'],
    ['http://h/compute', 'http://h/compute'],
    ['http://h/vault', 'http://h/vault'],
    ['http://h/v2.1.0', 'http://h/v2.1.0'],
  ])('of %s is %s', (compute, base) => {
    expect(withoutVersion(compute)).toBe(base);
  });
});
