import { describe, expect, it } from '@jest/globals';
import { useImageApi } from '../../support/image-api.js';
import { operatorFile } from '../../support/operator-file.js';

const definitions = {
  release: { type: 'string', enum: ['stable', 'testing'], description: 'Channel' },
  kernel_id: { type: ['null', 'string'], pattern: '^[0-9a-f-]{36}$' },
  contact: { type: 'string', minLength: 3, required: true },
};

const api = useImageApi({
  CATALOG_IMAGE_SCHEMA_FILE: operatorFile('schema-image.json', JSON.stringify(definitions)),
});

describe('GET /v2/schemas/image', () => {
  describe('200 OK', () => {
    it('shows the operator’s properties as no base fields, instead of the default ones', async () => {
      const { properties } = (await api.get('/schemas/image')).body;

      expect(properties.release).toEqual({ ...definitions.release, is_base: false });
      expect(properties.contact).toEqual({ type: 'string', minLength: 3, is_base: false });
      expect(properties).not.toHaveProperty('architecture');
    });
  });
});

describe('POST /v2/images', () => {
  describe('201 Created', () => {
    it('takes what the operator’s schema allows', async () => {
      const body = { contact: 'me@example.com', release: 'stable', kernel_id: null, other: 'x' };

      expect(await api.image(body)).toMatchObject(body);
    });
  });

  describe('400 Bad Request', () => {
    it.each([
      ['a value outside of the list', { contact: 'someone', release: 'nightly' }],
      ['a value that the pattern refuses', { contact: 'someone', kernel_id: 'nokernel' }],
      ['a value that is too short', { contact: 'me' }],
      ['the lack of a required property', { release: 'stable' }],
    ])('is the answer to %s', async (_what, body) => {
      expect((await api.post('/images', body)).status).toBe(400);
    });
  });
});

describe('PATCH /v2/images/{image_id}', () => {
  describe('200 OK', () => {
    it('sets a property to null where the operator’s schema allows it', async () => {
      const { id } = await api.image({ contact: 'someone' });

      const reply = await api.patch(id, [{ op: 'add', path: '/kernel_id', value: null }]);

      expect(reply.status).toBe(200);
      expect(reply.body.kernel_id).toBeNull();
    });
  });

  describe('400 Bad Request', () => {
    it('is the answer to a value that the operator’s schema refuses', async () => {
      const { id } = await api.image({ contact: 'someone' });

      for (const [path, value] of [
        ['/release', 'nightly'],
        ['/release', null],
        ['/kernel_id', 'nokernel'],
        ['/other', null],
      ]) {
        expect((await api.patch(id, [{ op: 'add', path, value }])).status).toBe(400);
      }
    });
  });
});
