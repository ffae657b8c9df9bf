import { beforeEach, describe, expect, it } from '@jest/globals';
import { PATCH_V21, useImageApi } from '../../support/image-api.js';

const api = useImageApi();

let id: string;
let tag: string;

beforeEach(async () => {
  ({ id } = await api.image({ name: 'old' }));
  tag = String((await api.get(`/images/${id}`)).headers['etag']);
});

const rename = (name: string, headers: Record<string, string> = {}) =>
  api.patch(id, [{ op: 'replace', path: '/name', value: name }], {
    headers: { 'content-type': PATCH_V21, ...headers },
  });

const show = (headers: Record<string, string>) => api.get(`/images/${id}`, { headers });

describe('GET /v2/images/{image_id}', () => {
  describe('200 OK', () => {
    it('has a strong entity tag, the same until the image changes', async () => {
      expect(tag).toMatch(/^"[^"]+"$/);
      expect((await show({})).headers['etag']).toBe(tag);
      await api.put(`/images/${id}/tags/x`);
      expect((await show({})).headers['etag']).not.toBe(tag);
    });

    it('is the answer when If-None-Match names another state', async () => {
      const other = '"0"';

      expect((await show({ 'if-none-match': other })).status).toBe(200);
    });

    it('is the answer when If-Match names this state', async () => {
      for (const match of [tag, '*', `"0", ${tag}`, `W/"0", ${tag}`]) {
        expect((await show({ 'if-match': match })).status).toBe(200);
      }
    });
  });

  describe('304 Not Modified', () => {
    it('is the answer when If-None-Match names this state, weakly too', async () => {
      for (const match of [tag, '*', `"0", ${tag}`, `W/${tag}`]) {
        const reply = await show({ 'if-none-match': match });
        expect([reply.status, reply.text, reply.headers['etag']]).toEqual([304, '', tag]);
      }
    });
  });

  describe('404 Not Found', () => {
    it('is the answer to strangers, whatever state they name', async () => {
      await api.patch(id, [{ op: 'replace', path: '/visibility', value: 'private' }]);
      const token = api.stranger.member;

      for (const name of ['if-match', 'if-none-match']) {
        const reply = await api.get(`/images/${id}`, { token, headers: { [name]: '*' } });
        expect([reply.status, reply.headers['etag']]).toEqual([404, undefined]);
      }
    });
  });

  describe('412 Precondition Failed', () => {
    it('is the answer when If-Match names another state, or this one weakly', async () => {
      for (const match of ['"0"', `W/${tag}`, 'nonsense', `W/${tag}, "0"`]) {
        expect((await show({ 'if-match': match })).status).toBe(412);
      }
    });
  });
});

describe('PATCH /v2/images/{image_id}', () => {
  describe('200 OK', () => {
    it('has the entity tag that show has afterwards', async () => {
      const reply = await rename('new');

      expect(reply.headers['etag']).not.toBe(tag);
      expect((await show({})).headers['etag']).toBe(reply.headers['etag']);
    });

    it('is the answer when If-Match names this state, or none is named', async () => {
      expect((await rename('a', { 'if-match': tag })).status).toBe(200);
      expect((await rename('b', { 'if-match': '*' })).status).toBe(200);
      expect((await rename('c')).status).toBe(200);
      expect((await rename('d', { 'if-none-match': tag })).status).toBe(200);
    });
  });

  describe('412 Precondition Failed', () => {
    it('is the answer when the image changed since If-Match was read', async () => {
      await rename('theirs');

      const reply = await rename('mine', { 'if-match': tag });

      expect(reply.status).toBe(412);
      expect((await api.shown(id)).name).toBe('theirs');
    });

    it('is the answer to a weak tag, to nonsense, and to If-None-Match of this state', async () => {
      for (const headers of [
        { 'if-match': `W/${tag}` },
        { 'if-match': 'nonsense' },
        { 'if-none-match': tag },
        { 'if-none-match': '*' },
      ]) {
        expect((await rename('new', headers)).status).toBe(412);
      }
      expect((await api.shown(id)).name).toBe('old');
    });

    it('lets one of two writers win who read the same state', async () => {
      const replies = await Promise.all([
        rename('a', { 'if-match': tag }),
        rename('b', { 'if-match': tag }),
      ]);

      expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
    });
  });
});
