import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { useImageApi } from '../../support/image-api.js';

const api = useImageApi();

const add = (path: string, value: unknown) => ({ op: 'add', path, value });
const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
const remove = (path: string) => ({ op: 'remove', path });

describe('PATCH /v2/images/{image_id}', () => {
  describe('400 Bad Request', () => {
    it.each([
      ['an object instead of an array', {}],
      ['a string', '"x"'],
      ['no JSON', '['],
      ['an empty body', ''],
      ['an element that is no object', ['x']],
      ['an element that is an array', [[]]],
      ['an operation without op', [{ path: '/name', value: 'x' }]],
      ['an operation without path', [{ op: 'add', value: 'x' }]],
      ['an operation without value', [{ op: 'add', path: '/name' }]],
      ['an op that does not exist', [{ op: 'move', path: '/name', from: '/mine' }]],
      ['an op in capitals', [{ op: 'ADD', path: '/name', value: 'x' }]],
      ['an op that is no string', [{ op: 1, path: '/name', value: 'x' }]],
      ['a path that is no string', [{ op: 'add', path: 7, value: 'x' }]],
      ['a path that is an array', [{ op: 'add', path: ['name'], value: 'x' }]],
      ['an empty path', [add('', 'x')]],
      ['a path without a slash', [add('name', 'x')]],
      ['the path /', [add('/', 'x')]],
      ['a path of blanks', [add('/  ', 'x')]],
      ['a path that ends with a slash', [add('/name/', 'x')]],
      ['two slashes', [add('//name', 'x')]],
      ['a lone tilde', [add('/na~me', 'x')]],
      ['a tilde followed by 2', [add('/na~2me', 'x')]],
      ['a path that is too deep', [add('/mine/deep', 'x')]],
      ['a tag by its place', [add('/tags/-', 'x')]],
      ['a tag by its number', [remove('/tags/0')]],
      ['the v2.0 grammar in media type v2.1', [{ add: '/name', value: 'x' }]],
      ['1001 operations', Array.from({ length: 1001 }, () => add('/name', 'x'))],
      ['a name that is a number', [replace('/name', 7)]],
      ['a name of 256 characters', [replace('/name', 'x'.repeat(256))]],
      ['visibility null', [replace('/visibility', null)]],
      ['an unknown visibility', [replace('/visibility', 'secret')]],
      ['protected null', [replace('/protected', null)]],
      ['os_hidden as text', [replace('/os_hidden', 'true')]],
      ['an unknown disk format', [replace('/disk_format', 'floppy')]],
      ['an unknown container format', [replace('/container_format', 'suitcase')]],
      ['min_disk below zero', [replace('/min_disk', -1)]],
      ['min_ram beyond 2^31 - 1', [replace('/min_ram', 2 ** 31)]],
      ['min_ram null', [replace('/min_ram', null)]],
      ['tags null', [replace('/tags', null)]],
      ['a tag that is a number', [replace('/tags', [7])]],
      ['a tag of 256 characters', [replace('/tags', ['x'.repeat(256)])]],
      ['a property that is a number', [add('/mine', 7)]],
      ['a property that is null', [add('/mine', null)]],
      ['a property that is an object', [add('/mine', {})]],
      ['a property name of 256 characters', [add(`/${'x'.repeat(256)}`, 'x')]],
      ['a property value of 65 536 characters', [add('/mine', 'x'.repeat(65_536))]],
      ['U+0000 in a value', String.raw`[{"op": "add", "path": "/mine", "value": "\u0000"}]`],
      ['U+0000 in a path', String.raw`[{"op": "add", "path": "/a\u0000b", "value": "x"}]`],
      ['an unpaired surrogate', String.raw`[{"op": "add", "path": "/a", "value": "\udead"}]`],
    ])('is the answer to %s', async (_what, operations) => {
      const image = await api.image({ name: 'old' });

      expect((await api.patch(image.id, operations)).status).toBe(400);
      expect(await api.shown(image.id)).toEqual(image);
    });

    it.each([
      ['no verb', [{ path: '/name', value: 'x' }]],
      ['two verbs', [{ add: '/name', remove: '/name', value: 'x' }]],
      ['no value', [{ replace: '/name' }]],
      ['a path that is no string', [{ add: null, value: 'x' }]],
      ['the v2.1 grammar', [add('/mine', 'x')]],
    ])('is the answer to %s in media type v2.0', async (_what, operations) => {
      const { id } = await api.image();

      expect((await api.patchV20(id, operations)).status).toBe(400);
    });

    it('leaves the image untouched when a later operation fails', async () => {
      const image = await api.image({ name: 'old' });

      const reply = await api.patch(image.id, [replace('/name', 'new'), replace('/min_disk', -1)]);

      expect(reply.status).toBe(400);
      expect(await api.shown(image.id)).toEqual(image);
    });

    it('wins over 404', async () => {
      expect((await api.patch(randomUUID(), {})).status).toBe(400);
    });
  });
});
