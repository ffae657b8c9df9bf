import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { refuseImageUpdates } from '../../support/faults.js';
import { useImageApi } from '../../support/image-api.js';

const api = useImageApi();

const act = (id: string, action: string, token = api.owner.member) =>
  api.post(`/images/${id}/actions/${action}`, undefined, { token });

describe.each([
  ['deactivate', 'active', 'deactivated'],
  ['reactivate', 'deactivated', 'active'],
] as const)('POST /v2/images/{image_id}/actions/%s', (action, from, to) => {
  describe('204 No Content', () => {
    it('switches the status and is idempotent', async () => {
      const id = await api.storedImage({ status: from });

      const replies = [await act(id, action), await act(id, action)];

      expect(replies.map(({ status, text }) => [status, text])).toEqual([
        [204, ''],
        [204, ''],
      ]);
      expect((await api.shown(id)).status).toBe(to);
    });

    it('moves updated_at the first time only', async () => {
      const id = await api.storedImage({ status: from });
      const { updated_at: before } = await api.shown(id);

      await act(id, action);
      const after = await api.shown(id);
      await act(id, action);

      expect(Date.parse(after.updated_at)).toBeGreaterThan(Date.parse(before));
      expect(await api.shown(id)).toEqual(after);
    });

    it('ignores the Content-Type that clients send without a body', async () => {
      const id = await api.storedImage({ status: from });
      const headers = { 'content-type': 'application/octet-stream' };
      const path = `/images/${id}/actions/${action}`;

      expect((await api.post(path, undefined, { headers })).status).toBe(204);
    });

    it('lets an admin of another tenant act', async () => {
      const id = await api.storedImage({ status: from, visibility: 'private' });

      expect((await act(id, action, api.stranger.admin)).status).toBe(204);
    });
  });

  describe('400 Bad Request', () => {
    it('is the answer to a request body, and the status stays', async () => {
      const id = await api.storedImage({ status: from });

      expect((await api.post(`/images/${id}/actions/${action}`, {})).status).toBe(400);
      expect((await api.shown(id)).status).toBe(from);
    });
  });

  describe('403 Forbidden', () => {
    it.each(['queued', 'saving', 'uploading', 'importing', 'killed'] as const)(
      'is the answer for an image that is %s',
      async (status) => {
        const id = await api.storedImage({ status });

        for (const token of [api.owner.member, api.owner.admin]) {
          expect((await act(id, action, token)).status).toBe(403);
        }
        expect((await api.shown(id)).status).toBe(status);
      },
    );

    it('is the answer to whoever sees the image but may not change it', async () => {
      const id = await api.storedImage({ status: from, visibility: 'community' });

      for (const token of [api.owner.reader, api.stranger.manager]) {
        expect((await act(id, action, token)).status).toBe(403);
      }
    });
  });

  describe('404 Not Found', () => {
    it('is the answer to unknown and invisible images', async () => {
      const id = await api.storedImage({ status: from, visibility: 'private' });

      expect((await act(id, action, api.stranger.member)).status).toBe(404);
      expect((await act(randomUUID(), action)).status).toBe(404);
    });

    it('is the answer to other names of actions', async () => {
      const id = await api.storedImage({ status: from });

      for (const name of ['destroy', `${action}/`, action.toUpperCase()]) {
        expect((await act(id, name)).status).toBe(404);
      }
    });
  });

  describe('409 Conflict', () => {
    it('is the answer when other writers of the image keep coming first', async () => {
      const id = await api.storedImage({ status: from });

      expect((await refuseImageUpdates(api, () => act(id, action))).status).toBe(409);
      expect((await api.shown(id)).status).toBe(from);
    });
  });
});
