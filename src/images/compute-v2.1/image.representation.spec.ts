import { describe, expect, it } from '@jest/globals';
import type { ComputeView } from '../../api/compute-v2.1/compute-view.js';
import { ComputeLinks } from '../../api/compute-v2.1/links.js';
import { Image, type ImageAttributes } from '../domain/image.js';
import { toComputeImage, toComputeSummary } from './image.representation.js';

const view = (profile: ComputeView['profile']): ComputeView => ({
  profile,
  microversion: '2.1',
  links: new ComputeLinks({
    compute: 'http://c.example/v2.1',
    image: 'http://i.example',
    tenant: null,
  }),
});

function anImage(attributes: Partial<ImageAttributes> = {}): Image {
  return new Image({
    id: '70a599e0-31e7-49b7-b260-868f441e862b',
    name: 'fakeimage7',
    owner: 'tenant',
    status: 'active',
    visibility: 'public',
    isProtected: true,
    isHidden: true,
    diskFormat: 'vhd',
    containerFormat: 'ova',
    size: 74_185_822n,
    virtualSize: 1n,
    checksum: 'c',
    hashAlgorithm: 'sha512',
    hashValue: 'h',
    minDisk: 1,
    minRam: 2,
    tags: ['tag'],
    properties: {},
    createdAt: new Date('2011-01-01T01:02:03.999Z'),
    updatedAt: new Date('2011-01-01T01:02:03.999Z'),
    version: 1,
    ...attributes,
  });
}

describe('the detailed object', () => {
  it('has the documented members and no others', () => {
    const image = toComputeImage(anImage(), view('published'));
    const members = Object.entries(image).filter(([, value]) => value !== undefined);
    expect(Object.fromEntries(members)).toEqual({
      id: '70a599e0-31e7-49b7-b260-868f441e862b',
      name: 'fakeimage7',
      status: 'ACTIVE',
      progress: 100,
      minRam: 2,
      minDisk: 1,
      created: '2011-01-01T01:02:03Z',
      updated: '2011-01-01T01:02:03Z',
      'OS-EXT-IMG-SIZE:size': '74185822',
      links: view('published').links.image('70a599e0-31e7-49b7-b260-868f441e862b'),
      metadata: {},
    });
  });

  it('has the size as an integer or as a string by profile, and 0 without data', () => {
    const sizeOf = (profile: ComputeView['profile'], size: bigint | null) =>
      toComputeImage(anImage({ size }), view(profile))['OS-EXT-IMG-SIZE:size'];
    expect(sizeOf('current', 5n)).toBe(5);
    expect(sizeOf('current', 2n ** 63n - 1n)).toBe(2n ** 63n - 1n);
    expect(sizeOf('published', 5n)).toBe('5');
    expect(sizeOf('current', null)).toBe(0);
    expect(sizeOf('published', null)).toBe('0');
  });
});

describe('the disk configuration', () => {
  const configOf = (value: string | null, profile: ComputeView['profile'] = 'current') =>
    toComputeImage(anImage({ properties: { auto_disk_config: value } }), view(profile))[
      'OS-DCF:diskConfig'
    ];

  it.each(['1', 't', 'true', 'on', 'y', 'yes', 'True', ' YES '])('is AUTO for %j', (value) => {
    expect(configOf(value)).toBe('AUTO');
  });

  it.each(['disabled', 'AUTO', 'Enabled', '', '0', 'false'])('is MANUAL for %j', (value) => {
    expect(configOf(value)).toBe('MANUAL');
  });

  it('is absent for null, and in profile published', () => {
    expect(configOf(null)).toBeUndefined();
    expect(configOf('True', 'published')).toBeUndefined();
  });

  it('leaves the value in the metadata as it is', () => {
    const properties = { auto_disk_config: ' YES ' };
    expect(toComputeImage(anImage({ properties }), view('current'))['metadata']).toEqual(
      properties,
    );
  });
});

describe('the server block', () => {
  it('is there for any instance_uuid, copied without a look', () => {
    const image = anImage({ properties: { instance_uuid: 'no uuid' } });
    expect(toComputeImage(image, view('current'))['server']).toEqual({
      id: 'no uuid',
      links: [
        { rel: 'self', href: 'http://c.example/v2.1/servers/no%20uuid' },
        { rel: 'bookmark', href: 'http://c.example/servers/no%20uuid' },
      ],
    });
  });

  it('is absent when the property is null', () => {
    const image = anImage({ properties: { instance_uuid: null } });
    expect(toComputeImage(image, view('current'))['server']).toBeUndefined();
  });
});

describe('the item of a plain list', () => {
  it('is id, name and links', () => {
    expect(Object.keys(toComputeSummary(anImage(), view('current')))).toEqual([
      'id',
      'name',
      'links',
    ]);
  });
});
