import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { TestResponse } from '../support/app.js';
import { EventStream } from '../support/event-stream.js';
import { expectStatus, useImageApi } from '../support/image-api.js';
import {
  callOf,
  ON_IMAGES,
  steps,
  type IntruderCall,
  type Step,
  type Victim,
} from '../support/intruder-calls.js';

const RUNS = 30;
/** Is in every word that the intruder must never read. */
const SECRET = `s3cr3t${randomUUID().slice(0, 8)}`;

const api = useImageApi({ CATALOG_TENANT_IMAGE_COUNT_QUOTA: '-1' });

/** By what the rules let the partner do: see nothing of it, see it, or answer an invitation. */
const hidden: string[] = [];
const seen: string[] = [];
const own: string[] = [];
let victim: Victim;

const query = async (text: string, ...values: unknown[]): Promise<unknown[]> =>
  (await api.app.database.pool.query(text, values)).rows;

/** An image full of secrets; one that others see has its secrets in the past, which is told to nobody. */
async function furnish(body: object, isSeen: boolean): Promise<string> {
  const { id } = await api.image(
    {
      name: SECRET,
      licence: SECRET,
      tags: [SECRET],
      disk_format: 'raw',
      container_format: 'bare',
      ...body,
      visibility: 'private',
    },
    api.owner.admin,
  );
  const headers = { 'content-type': 'application/octet-stream' };
  expectStatus(
    await api.put(`/images/${id}/file`, Buffer.from(isSeen ? 'open' : SECRET), { headers }),
    204,
  );
  if (isSeen) {
    const operations = [
      { op: 'replace', path: '/name', value: 'open' },
      { op: 'replace', path: '/licence', value: 'open' },
      { op: 'replace', path: '/tags', value: [] },
    ];
    expectStatus(await api.patch(id, operations), 200);
  }
  const { visibility = 'private' } = body as { visibility?: string };
  const publish = [{ op: 'replace', path: '/visibility', value: visibility }];
  expectStatus(await api.patch(id, publish, { token: api.owner.admin }), 200);
  return id;
}

beforeAll(async () => {
  const { tenantId } = api.owner;
  victim = { tenantId, namespace: `NS-${SECRET}`, tag: SECRET, name: SECRET };
  const third = await api.callers.tenant('third');
  hidden.push(
    await furnish({}, false),
    await furnish({ protected: true }, false),
    await furnish({ visibility: 'shared' }, false),
    await furnish({ visibility: 'shared' }, false),
    await furnish({}, false),
  );
  await api.share(hidden[3]!, third, 'accepted');
  expectStatus(await api.delete(`/images/${hidden[4]!}`), 204);
  const [accepted, pending, community, open] = [
    await furnish({ visibility: 'shared' }, true),
    await furnish({ visibility: 'shared' }, true),
    await furnish({ visibility: 'community' }, true),
    await furnish({ visibility: 'public', protected: true }, true),
  ];
  await api.share(accepted, api.partner, 'accepted');
  await api.share(accepted, third, 'accepted');
  expectStatus(await api.post(`/images/${pending}/members`, { member: api.partner.tenantId }), 200);
  seen.push(accepted, pending, community, open);
  const namespace = { namespace: victim.namespace, description: SECRET, owner: tenantId };
  expectStatus(await api.post('/metadefs/namespaces', namespace, { token: api.owner.admin }), 201);
});

/** Everything that belongs to the victim, but for the partner's own answers to invitations. */
async function belongings(): Promise<unknown[]> {
  const ids = [...hidden, ...seen];
  return [
    await query(
      'SELECT * FROM images WHERE id = ANY ($1) OR owner = $2 ORDER BY id',
      ids,
      victim.tenantId,
    ),
    await query(
      'SELECT image_id, member_id, status FROM image_members WHERE image_id = ANY ($1) AND member_id <> $2 ORDER BY 1, 2',
      ids,
      api.partner.tenantId,
    ),
    await query(
      'SELECT image_id FROM image_members WHERE image_id = ANY ($1) AND member_id = $2 ORDER BY 1',
      ids,
      api.partner.tenantId,
    ),
    await query('SELECT * FROM image_locations WHERE image_id = ANY ($1) ORDER BY image_id', ids),
    await query('SELECT * FROM tenants WHERE id = $1', victim.tenantId),
    await query('SELECT * FROM tenant_removals'),
    await query('SELECT * FROM metadef_namespaces WHERE owner = $1 ORDER BY id', victim.tenantId),
    await query('SELECT * FROM identity_projects WHERE id = $1', victim.tenantId),
  ];
}

const send = ({ method, path, body, contentType }: IntruderCall): Promise<TestResponse> =>
  api.app.request(method, path, {
    token: api.partner.member,
    body,
    ...(contentType !== undefined && { headers: { 'content-type': contentType } }),
  });

/** What a reply says, whatever the image in question is called. */
const said = ({ status, text }: TestResponse, id: string): string =>
  `${status} ${text.replaceAll(id, 'ID').replaceAll(/req-[\w-]+/g, 'REQ')}`;

async function take(step: Step): Promise<void> {
  const ids = [...hidden, ...seen, ...own, randomUUID()];
  const id = ids[step.target % ids.length]!;
  const call = callOf(step, id, victim);
  const reply = await send(call);
  const asked = `${call.method} ${call.path} ${JSON.stringify(call.body)}`;

  const unasked = reply.text.replaceAll(
    encodeURIComponent(SECRET),
    asked.includes(SECRET) ? '' : SECRET,
  );
  expect({ asked, reveals: unasked.includes(SECRET) }).toEqual({ asked, reveals: false });
  const others = hidden.filter((other) => !asked.includes(other) && reply.text.includes(other));
  expect({ asked, others }).toEqual({ asked, others: [] });
  const isIndistinguishable = hidden.includes(id) && step.operation in ON_IMAGES;
  const nobody = randomUUID();
  const control = isIndistinguishable ? await send(callOf(step, nobody, victim)) : null;
  const expected = control === null ? said(reply, id) : said(control, nobody);
  expect({ asked, said: said(reply, id) }).toEqual({ asked, said: expected });
  if (step.operation === 'create' && reply.status === 201) own.push(reply.body.id as string);
}

describe('a tenant', () => {
  it('is neither changed nor revealed by any sequence of calls of another, beyond the rules', async () => {
    const before = await belongings();
    const stream = await EventStream.open(api.app, api.partner.member);
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        for (const step of sequence) await take(step);
        expect(await belongings()).toEqual(before);
      }),
      // What was done stays done, so a failure is told as it is: with its seed and its calls.
      { numRuns: RUNS, endOnFailure: true, verbose: true },
    );
    for (const id of [...seen, ...hidden.slice(0, 4)]) {
      for (const value of [SECRET, 'open']) {
        expectStatus(await api.patch(id, [{ op: 'replace', path: '/name', value }]), 200);
      }
    }
    const { id: last } = await api.image({}, api.partner.member);
    await stream.about(last, 1);
    stream.close();

    const events = JSON.stringify(stream.events);
    expect(seen.filter((id) => events.includes(id))).toEqual(seen);
    expect(events).not.toContain(SECRET);
    expect(hidden.filter((id) => events.includes(id))).toEqual([]);
  });
});
