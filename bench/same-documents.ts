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
