import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { useImageApi } from '../../support/image-api.js';

const api = useImageApi();

const BASE_FIELDS =
  `id name status visibility protected os_hidden owner disk_format container_format size
  virtual_size checksum os_hash_algo os_hash_value min_disk min_ram tags created_at updated_at self file
  schema stores direct_url locations`.split(/\s+/);
const READ_ONLY =
  `status checksum os_hash_algo os_hash_value size virtual_size created_at updated_at
  direct_url self file schema stores`.split(/\s+/);
const WELL_KNOWN = `kernel_id ramdisk_id instance_uuid architecture os_distro os_version description
  cinder_encryption_key_id cinder_encryption_key_deletion_policy`.split(/\s+/);

const sorted = (names: Iterable<string>): string[] => [...names].toSorted();

interface Field {
  readonly enum?: readonly unknown[];
  readonly items?: unknown;
  readonly pattern?: string;
  readonly readOnly?: boolean;
  readonly is_base?: boolean;
}

interface SchemaDocument {
  readonly name: string;
  readonly properties: Readonly<Record<string, Field>>;
  readonly additionalProperties?: unknown;
  readonly links?: readonly { readonly rel: string; readonly href: string }[];
}

async function schema(name: string): Promise<SchemaDocument> {
  return (await api.get(`/schemas/${name}`, { token: api.callers.unscoped })).body;
}

describe('GET /v2/schemas/image', () => {
  describe('200 OK', () => {
    it('lists every base field, the read-only ones marked, and the well-known properties', async () => {
      const { name, properties, additionalProperties, links } = await schema('image');

      expect(name).toBe('image');
      expect(additionalProperties).toEqual({ type: 'string' });
      expect(sorted(Object.keys(properties))).toEqual(sorted([...BASE_FIELDS, ...WELL_KNOWN]));
      expect(READ_ONLY.every((field) => properties[field]?.readOnly === true)).toBe(true);
      expect(properties['name']?.readOnly).toBeUndefined();
      expect(links).toEqual([
        { rel: 'self', href: '{self}' },
        { rel: 'enclosure', href: '{file}' },
        { rel: 'describedby', href: '{schema}' },
      ]);
    });

    it('marks the well-known properties as no base fields, and no base field so', async () => {
      const { properties } = await schema('image');

      expect(WELL_KNOWN.every((field) => properties[field]?.is_base === false)).toBe(true);
      expect(BASE_FIELDS.some((field) => properties[field]?.is_base !== undefined)).toBe(false);
    });

    it('takes nokernel for a kernel', async () => {
      const { properties } = await schema('image');

      expect(properties['kernel_id']?.pattern).toBeUndefined();
      expect((await api.post('/images', { kernel_id: 'nokernel' })).status).toBe(201);
    });

    it('is what the documents of images conform to', async () => {
      const validate = new Ajv({ strict: false }).compile(await schema('image'));
      const id = await api.storedImage({ checksum: 'c'.repeat(32), properties: { mine: 'x' } });

      for (const document of [await api.image(), await api.shown(id)]) {
        expect(validate(document)).toBe(true);
      }
    });

    it('names exactly the formats and visibilities that are accepted', async () => {
      const { properties } = await schema('image');

      for (const field of ['disk_format', 'container_format', 'visibility']) {
        for (const value of properties[field]?.enum ?? []) {
          const token = api.owner.admin;
          expect((await api.post('/images', { [field]: value }, { token })).status).toBe(201);
        }
      }
    });
  });
});

describe('GET /v2/schemas/images', () => {
  describe('200 OK', () => {
    it('is a page of images with its links', async () => {
      const { name, properties, links } = await schema('images');

      expect(name).toBe('images');
      expect(sorted(Object.keys(properties))).toEqual(['first', 'images', 'next', 'schema']);
      expect(properties['images']?.items).toEqual(await schema('image'));
      expect(links?.map(({ rel }) => rel)).toEqual(['first', 'next', 'describedby']);
    });

    it('is what lists conform to', async () => {
      await api.image();
      const validate = new Ajv({ strict: false }).compile(await schema('images'));

      expect(validate(await api.list('?limit=1'))).toBe(true);
    });
  });
});

describe('GET /v2/schemas/member', () => {
  describe('200 OK', () => {
    it('is what members conform to, field by field', async () => {
      const document = await schema('member');
      const { id } = await api.image();
      const { body } = await api.post(`/images/${id}/members`, { member: 'x' });

      expect(document.name).toBe('member');
      expect(document).not.toHaveProperty('additionalProperties');
      expect(sorted(Object.keys(document.properties))).toEqual(sorted(Object.keys(body)));
      expect(new Ajv({ strict: false }).validate(document, body)).toBe(true);
    });
  });
});

describe('GET /v2/schemas/members', () => {
  describe('200 OK', () => {
    it('is a list of members, with one link', async () => {
      const document = await schema('members');

      expect(document.name).toBe('members');
      expect(sorted(Object.keys(document.properties))).toEqual(['members', 'schema']);
      expect(document.properties['members']?.items).toEqual(await schema('member'));
      expect(document.links).toEqual([{ rel: 'describedby', href: '{schema}' }]);
    });
  });
});

describe.each(['image', 'images', 'member', 'members', 'task', 'tasks'])(
  'GET /v2/schemas/%s',
  (name) => {
    describe('400 Bad Request', () => {
      it('is the answer to a request body', async () => {
        expect((await api.get(`/schemas/${name}`, { body: {} })).status).toBe(400);
      });
    });

    describe('404 Not Found', () => {
      it('is the answer to names that are no schema', async () => {
        for (const suffix of ['s', '/', '.json', '/x']) {
          expect((await api.get(`/schemas/${name}s${suffix}`)).status).toBe(404);
        }
      });
    });
  },
);
