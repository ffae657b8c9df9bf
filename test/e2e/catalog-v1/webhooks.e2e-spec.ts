import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Method } from '../../support/app.js';
import { eventually } from '../../support/image-data.js';
import { ImageApi } from '../../support/image-api.js';
import { WebhookReceiver } from '../../support/webhook-receiver.js';

const KEY = Buffer.from('a key of twenty-four by.');
const SECRET = `whsec_${KEY.toString('base64')}`;

const api = new ImageApi();
const second = new ImageApi();
let all: WebhookReceiver;
let members: WebhookReceiver;

beforeAll(async () => {
  all = await WebhookReceiver.start();
  members = await WebhookReceiver.start();
  const common = { maxAttempts: 3, retrySeconds: 0.02, timeoutSeconds: 5 };
  const secret = { file: await secretFile() };
  const webhooks = [
    { id: 'all', url: all.url, secret, ...common },
    {
      id: 'members',
      url: members.url,
      secret,
      actions: ['image.member.', 'image.delete'],
      ...common,
    },
  ];
  const environment = {
    CATALOG_WEBHOOKS: JSON.stringify(webhooks),
    CATALOG_PUBLIC_URL: 'https://images.example.org',
  };
  await api.start(environment);
  await second.join(api);
});

afterAll(async () => {
  await second.app.app.close();
  await second.app.database.close();
  await api.app.close();
  await Promise.all([all.stop(), members.stop()]);
});

beforeEach(() => {
  all.answer = () => 204;
});

async function secretFile(): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'catalog-webhook-')), 'secret');
  await writeFile(path, `${SECRET}\n`, { mode: 0o600 });
  return path;
}

const call = (method: Method, path: string, token = api.owner.admin) =>
  api.app.request(method, `/catalog/v1/webhooks${path}`, { token });

const query = async (text: string, ...values: unknown[]): Promise<unknown[]> =>
  (await api.app.database.pool.query(text, values)).rows;

describe('webhooks', () => {
  it('get each change as a signed CloudEvent', async () => {
    const reply = await api.post('/images', { name: 'hooked' });
    const { id } = reply.body;
    await all.until(() => all.accepted(id).length === 1);

    const { headers, text, event } = all.accepted(id)[0]!;
    expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(event).toMatchObject({
      specversion: '1.0',
      source: 'https://images.example.org/catalog/v1',
      type: 'org.openstack.image.create',
      data: { image_id: id, request_id: reply.headers['x-openstack-request-id'] },
    });
    expect(headers['webhook-id']).toBe(event.id);
    const content = `${event.id}.${String(headers['webhook-timestamp'])}.${text}`;
    const signature = createHmac('sha256', KEY).update(content).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${signature}`);
  });

  it('get the events of one image in their order, however many replicas send and often it fails', async () => {
    const images = await Promise.all([api.image(), api.image(), second.image()]);
    const failures = new Map<string, number>();
    all.answer = ({ id }) => {
      const failed = failures.get(id) ?? 0;
      failures.set(id, failed + 1);
      return failed < Number(id) % 3 ? 500 : 204;
    };
    for (let tag = 0; tag < 6; tag += 1) {
      const replica = tag % 2 === 0 ? api : second;
      await Promise.all(images.map(({ id }) => replica.put(`/images/${id}/tags/${tag}`)));
    }
    await all.until(() => images.every(({ id }) => all.accepted(id).length >= 7));

    for (const { id } of images) {
      const ids = all.accepted(id).map(({ event }) => Number(event.id));
      expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
      expect(ids).toHaveLength(7);
    }
  });

  it('get each event once while all goes well, with two replicas at it', async () => {
    const made = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? api : second).image()),
    );
    await all.until(() => made.every(({ id }) => all.accepted(id).length > 0));

    expect(made.flatMap(({ id }) => all.accepted(id))).toHaveLength(40);
  });

  it('get only the actions that they asked for', async () => {
    const { id } = await api.image({ visibility: 'shared' });
    await api.share(id, api.partner, 'accepted');
    await api.delete(`/images/${id}`);
    await members.until(() => members.accepted(id).length === 3);

    expect(
      members.received.map(({ event }) => event.type.split('.').slice(2, 4).join('.')),
    ).toEqual(['image.member', 'image.member', 'image.delete']);
  });

  it('get what a killed sender had taken when its lease is over', async () => {
    const { id } = await api.image();
    await all.until(() => all.accepted(id).length === 1);
    const deliveries = `SELECT FROM webhook_deliveries WHERE subject = 'images/' || $1::text`;
    await eventually(async () => {
      expect(await query(deliveries, id)).toEqual([]);
    });
    // As a sender leaves it that died with the delivery in its hands, half a minute ago.
    await query(
      `INSERT INTO webhook_deliveries (webhook_id, record_id, subject, attempts)
       SELECT 'all', max(id), 'images/' || $1::text, 1 FROM audit_records WHERE image_id = $1::uuid`,
      id,
    );
    await all.until(() => all.accepted(id).length === 2);

    const [first, again] = all.accepted(id).map(({ event }) => event.id);
    expect(again).toBe(first);
  });

  it('do not lead anywhere else: a redirect is a failure', async () => {
    all.answer = () => 307;
    const { id } = await api.image();
    const tries = () => all.received.filter(({ event }) => event.subject === `images/${id}`);
    await all.until(() => tries().length === 3);

    expect(tries().map(({ status }) => status)).toEqual([307, 307, 307]);
  });
});

describe('GET /catalog/v1/webhooks/{webhook_id}/dead-letters', () => {
  it('shows what was given up, which can be sent again', async () => {
    await query(`DELETE FROM webhook_deliveries`);
    all.answer = () => 500;
    const { id } = await api.image();
    await api.put(`/images/${id}/tags/t`);
    const dead = async () => (await call('GET', '/all/dead-letters')).body.dead_letters as object[];
    while ((await dead()).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));

    expect((await call('GET', '')).body).toEqual({
      webhooks: [
        { id: 'all', pending: 0, dead: 2 },
        { id: 'members', pending: 0, dead: 0 },
      ],
    });
    const [letter] = (await dead()) as { record: { id: string } }[];
    expect(letter).toMatchObject({
      attempts: 3,
      last_error: 'status 500',
      record: { action: 'image.create', image_id: id },
    });
    const page = await call('GET', '/all/dead-letters?limit=1');
    const next = String(page.body.next).replace('/catalog/v1/webhooks', '');
    expect((await call('GET', next)).body.dead_letters).toHaveLength(1);

    all.answer = () => 204;
    const path = `/all/dead-letters/${letter?.record.id}/resend`;
    expect(await call('POST', path)).toMatchObject({ status: 202, body: { resent: 1 } });
    await all.until(() => all.accepted(id).length === 1);
    expect((await call('POST', path)).status).toBe(404);
    expect((await call('POST', '/all/dead-letters/resend')).body).toEqual({ resent: 1 });
    await all.until(() => all.accepted(id).length === 2);
    expect(await dead()).toEqual([]);
  });

  it.each([
    ['GET', '/none/dead-letters', 404],
    ['POST', '/none/dead-letters/resend', 404],
    ['POST', '/all/dead-letters/x/resend', 400],
    ['GET', '/all/dead-letters?limit=x', 400],
  ] as const)('answers to %s %s with %i', async (method, path, status) => {
    expect((await call(method, path)).status).toBe(status);
  });

  it('is for admins alone, and never shows addresses or secrets', async () => {
    expect((await call('GET', '', api.owner.manager)).status).toBe(403);
    const { text } = await call('GET', '');
    expect(text).not.toContain('127.0.0.1');
    expect(text).not.toContain(SECRET);
  });
});
