import { describe, expect, it } from '@jest/globals';
import { useImageApi } from '../../support/image-api.js';
import { operatorFile } from '../../support/operator-file.js';

const api = useImageApi({
  CATALOG_PROPERTY_PROTECTIONS_FILE: operatorFile(
    'property-protections.conf',
    `# The first section that matches decides.
[secret_.*]
create = admin
read = admin
update = admin
delete = admin

[readonly_.*]
create = admin
read = @
update = admin
delete = !

[manager_.*]
create = manager
read = reader
update = MANAGER, admin
delete = manager

[readonly_exception]
create = @
read = @
update = @
delete = @

[open_.*]
create = @
read = @
update = @
delete = @
`,
  ),
});

const add = (path: string, value = 'new') => ({ op: 'add', path, value });
const replace = (path: string, value = 'new') => ({ op: 'replace', path, value });
const remove = (path: string) => ({ op: 'remove', path });

/** An image of the owner, with a property of each kind set by an admin. */
async function protectedImage(): Promise<string> {
  return api.storedImage({
    properties: { secret_a: 's', readonly_a: 'r', manager_a: 'm', open_a: 'o', unknown: 'u' },
  });
}

const patchStatus = async (id: string, operation: object, token = api.owner.member) =>
  (await api.patch(id, [operation], { token })).status;

describe('GET /v2/images/{image_id}', () => {
  describe('200 OK', () => {
    it('leaves out what the caller may not read, and what no section names', async () => {
      const id = await protectedImage();

      const asMember = (await api.get(`/images/${id}`)).body;
      const asAdmin = (await api.get(`/images/${id}`, { token: api.owner.admin })).body;

      expect(asMember).toMatchObject({ readonly_a: 'r', manager_a: 'm', open_a: 'o' });
      expect(asMember).not.toHaveProperty('secret_a');
      expect(asAdmin).toMatchObject({ secret_a: 's', readonly_a: 'r' });
      expect(asAdmin).not.toHaveProperty('unknown');
    });
  });
});

describe('GET /v2/images', () => {
  describe('200 OK', () => {
    it('leaves out of the entries what the caller may not read', async () => {
      const id = await protectedImage();

      const { images } = await api.list(`?id=${id}`);

      expect(images[0]).toHaveProperty('open_a', 'o');
      expect(images[0]).not.toHaveProperty('secret_a');
    });

    it('does not let filters test what the caller may not read', async () => {
      const id = await protectedImage();
      const found = async (filter: string, token?: string) =>
        (await api.list(`?id=${id}&${filter}`, token)).images.length;

      expect(await found('open_a=o')).toBe(1);
      expect(await found('secret_a=s')).toBe(0);
      expect(await found('secret_a=s', api.owner.admin)).toBe(1);
      expect(await found('unknown=u', api.owner.admin)).toBe(0);
    });
  });
});

describe('POST /v2/images', () => {
  describe('201 Created', () => {
    it('takes what the caller may create', async () => {
      expect((await api.image({ open_b: 'x' }))['open_b']).toBe('x');
      expect((await api.image({ manager_b: 'x' }, api.owner.manager))['manager_b']).toBe('x');
      expect((await api.image({ secret_b: 'x' }, api.owner.admin))['secret_b']).toBe('x');
    });
  });

  describe('403 Forbidden', () => {
    it.each(['secret_b', 'readonly_b', 'manager_b', 'readonly_exception', 'unknown'])(
      'is the answer to a member who sets %s',
      async (name) => {
        const { rows } = await count();
        expect((await api.post('/images', { [name]: 'x' })).status).toBe(403);
        expect((await count()).rows).toEqual(rows);
      },
    );

    const count = () => api.app.database.pool.query('SELECT count(*) FROM images');
  });
});

describe('PATCH /v2/images/{image_id}', () => {
  describe('200 OK', () => {
    it('keeps what the caller cannot read through all of their edits', async () => {
      const id = await protectedImage();

      const reply = await api.patch(id, [replace('/open_a'), add('/open_b'), remove('/open_a')]);
      await api.put(`/images/${id}/tags/x`);

      expect(reply.status).toBe(200);
      expect(reply.body).not.toHaveProperty('secret_a');
      const { rows } = await api.app.database.pool.query(
        'SELECT properties FROM images WHERE id = $1',
        [id],
      );
      expect(rows[0].properties).toEqual({
        secret_a: 's',
        readonly_a: 'r',
        manager_a: 'm',
        unknown: 'u',
        open_b: 'new',
      });
    });

    it('lets the named roles change and remove, in any case of the name', async () => {
      const id = await protectedImage();
      const { manager } = api.owner;

      expect(await patchStatus(id, replace('/manager_a'), manager)).toBe(200);
      expect(await patchStatus(id, remove('/manager_a'), manager)).toBe(200);
      expect(await patchStatus(id, add('/manager_b'), manager)).toBe(200);
    });
  });

  describe('403 Forbidden', () => {
    it('is the answer to what the caller reads but may not change', async () => {
      const id = await protectedImage();

      for (const name of ['readonly_a', 'manager_a']) {
        for (const operation of [add(`/${name}`), replace(`/${name}`), remove(`/${name}`)]) {
          expect(await patchStatus(id, operation)).toBe(403);
        }
      }
    });

    it('is the answer to adding what exists out of sight, without telling so', async () => {
      const id = await protectedImage();

      const existing = await api.patch(id, [add('/secret_a')]);
      const free = await api.patch(id, [add('/secret_b')]);

      expect([existing.status, free.status]).toEqual([403, 403]);
      expect(existing.text).toBe(free.text.replace('secret_b', 'secret_a'));
    });

    it('is the answer to everybody where the file says nobody', async () => {
      const id = await protectedImage();

      expect(await patchStatus(id, remove('/readonly_a'), api.owner.admin)).toBe(403);
    });
  });

  describe('409 Conflict', () => {
    it('is the answer to replacing and removing what the caller cannot see', async () => {
      const id = await protectedImage();

      for (const name of ['secret_a', 'unknown']) {
        expect(await patchStatus(id, replace(`/${name}`))).toBe(409);
        expect(await patchStatus(id, remove(`/${name}`))).toBe(409);
      }
    });
  });
});
