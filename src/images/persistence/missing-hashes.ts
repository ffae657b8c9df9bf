import type { Database } from '../../platform/database/database.js';
import type { HashingPlan } from '../domain/image-task.js';

const BATCH = 1000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Images that have data and lack a hash of it, and that nothing is being done with. */
const QUEUE_BATCH = `WITH chosen AS (SELECT i.id, i.owner FROM images i
    WHERE i.id > $1::uuid AND ($2::varchar IS NULL OR i.owner = $2::varchar)
      AND i.status IN ('active', 'deactivated') AND i.deleted_at IS NULL
      AND (i.checksum IS NULL OR i.os_hash_algo IS NULL OR i.os_hash_value IS NULL)
      AND EXISTS (SELECT 1 FROM image_locations l WHERE l.image_id = i.id AND l.status = 'active')
    ORDER BY i.id LIMIT $3::integer),
  queued AS (INSERT INTO image_tasks (id, type, image_id, owner, plan)
    SELECT gen_random_uuid(), 'hash_calculation', c.id, c.owner, $4::jsonb FROM chosen c
    ON CONFLICT DO NOTHING RETURNING image_id)
  SELECT (SELECT count(*) FROM queued)::integer AS queued,
    (SELECT id FROM chosen ORDER BY id DESC LIMIT 1) AS last`;

const COUNTS = `SELECT count(*) FILTER (WHERE status = 'pending')::integer AS waiting,
    count(*) FILTER (WHERE status = 'processing')::integer AS running,
    count(*) FILTER (WHERE status = 'success')::integer AS done,
    count(*) FILTER (WHERE status = 'failure')::integer AS failed,
    coalesce(sum(bytes_done), 0)::bigint AS bytes
  FROM image_tasks WHERE type = 'hash_calculation'`;

const FAILURES = `SELECT image_id AS "imageId", message FROM image_tasks
  WHERE type = 'hash_calculation' AND status = 'failure' ORDER BY created_at, id LIMIT $1::integer`;

/** How far the calculation of missing hashes is. What is over is forgotten after 48 hours. */
export interface HashingState {
  readonly waiting: number;
  readonly running: number;
  readonly done: number;
  readonly failed: number;
  /** Read so far. */
  readonly bytes: bigint;
  readonly failures: readonly { readonly imageId: string; readonly message: string }[];
}

/**
 * Queues a task for each image that lacks a hash of its data, for the workers of the service. Images with unfinished
 * work are left to a later time, so that doing it twice does no harm.
 * @returns how many
 */
export async function queueMissingHashes(
  database: Database,
  { owner, hashAlgorithm }: { readonly owner: string | null; readonly hashAlgorithm: string },
): Promise<number> {
  const plan: HashingPlan = { method: 'hash-data', hashAlgorithm };
  let queued = 0;
  let last: string | null = BEFORE_ALL;
  while (last !== null) {
    const [batch]: { queued: number; last: string | null }[] = await database.execute({
      name: 'queue-missing-hashes',
      text: QUEUE_BATCH,
      values: [last, owner, BATCH, JSON.stringify(plan)],
    });
    queued += batch?.queued ?? 0;
    last = batch?.last ?? null;
  }
  return queued;
}

/** @param limit of the failures that are named, the oldest first */
export async function hashingState(database: Database, limit: number): Promise<HashingState> {
  const [counts] = await database.read<Omit<HashingState, 'failures'>>({
    name: 'hashing-counts',
    text: COUNTS,
    values: [],
  });
  if (counts === undefined) throw new Error('A count without a row.');
  const failures = await database.read<HashingState['failures'][number]>({
    name: 'hashing-failures',
    text: FAILURES,
    values: [limit],
  });
  return { ...counts, failures };
}
