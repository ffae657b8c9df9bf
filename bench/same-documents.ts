import { isDeepStrictEqual } from 'node:util';
import type { Requests } from './load.js';
import type { Stage, Target } from './stage.js';
import { workloads } from './workloads.js';

async function bodyOf({ origin }: Target, requests: Requests): Promise<string> {
  const { path, ...request } = requests(1);
  const reply = await fetch(`${origin}${path}`, request);
  return reply.text();
}

/**
 * A ceiling is one only if it answers what the service answers: every read that both are asked for is compared.
 * @returns the document that is shown by id
 */
export async function requireSameDocuments(stage: Stage): Promise<string> {
  const bodies = new Map<string, string>();
  for (const { name, service, ceiling } of workloads(stage.cast)) {
    if (ceiling?.(1).method !== 'GET') continue;
    const ours = await bodyOf(stage.service, service);
    const theirs = await bodyOf(stage.fastify, ceiling);
    if (!isDeepStrictEqual(JSON.parse(ours), JSON.parse(theirs))) {
      throw new Error(`The ceiling answers otherwise to '${name}':\n${ours}\n${theirs}`);
    }
    bodies.set(name, ours);
  }
  return bodies.get('show by id') ?? '';
}

/** Glance prints some values otherwise, but shows and lists the same images in the same order. */
export async function requireSameImages({
  cast,
  service: ours,
  glance: theirs,
}: Stage): Promise<void> {
  if (theirs === null) return;
  for (const { name, service, glance } of workloads(cast)) {
    if (glance?.(1).method !== 'GET') continue;
    const [here, there] = [await idsIn(ours, service), await idsIn(theirs, glance)];
    if (!isDeepStrictEqual(here, there)) {
      throw new Error(
        `Glance answers otherwise to '${name}':\n${here.join(' ')}\n${there.join(' ')}`,
      );
    }
  }
}

async function idsIn(target: Target, requests: Requests): Promise<string[]> {
  const body = await bodyOf(target, requests);
  const { id, images } = JSON.parse(body) as { id?: string; images?: { id: string }[] };
  const ids = images?.map((image) => image.id) ?? (id === undefined ? [] : [id]);
  if (ids.length === 0) throw new Error(`No image: ${body.slice(0, 500)}`);
  return ids;
}
