import type { Prisma } from '../../generated/prisma/client.js';
import type { DataQuotas } from '../application/ports/image-data.repository.js';
import { ImageBytesExceeded, StagedBytesExceeded } from '../domain/image-data.errors.js';

type Transaction = Prisma.TransactionClient;

/** Resumable uploads take room of both. */
type RoomKind = 'saving' | 'staging';

/** What a tenant may still bring. */
export interface TenantRoom {
  /** Null is unlimited. */
  readonly bytes: bigint | null;
  readonly uploads: number;
}

/**
 * Locks the tenant's row, so that what is read stays true until the transaction ends. Staged bytes have a quota
 * of their own, and count towards the one for all bytes as well: they are the size of their image.
 */
export async function roomOf(
  transaction: Transaction,
  owner: string | null,
  quotas: DataQuotas,
  {
    kind,
    own = 0n,
  }: {
    readonly kind: RoomKind;
    /** What counts already for the image that it is asked for. */
    readonly own?: bigint;
  },
): Promise<TenantRoom> {
  const uploadQuota = quotas.uploads < 0 ? Number.POSITIVE_INFINITY : quotas.uploads;
  if (owner === null) return { bytes: null, uploads: uploadQuota };
  const [tenant] = await transaction.$queryRaw<{ used: bigint; quota: bigint }[]>`
    INSERT INTO tenants (id) VALUES (${owner}) ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id
    RETURNING image_bytes AS used, coalesce(image_bytes_quota, ${quotas.bytes}::bigint) AS quota`;
  const [running] = await transaction.$queryRaw<{ uploads: number; reserved: bigint }[]>`
    SELECT (count(*) + (SELECT count(*) FROM image_tasks t JOIN images o ON o.id = t.image_id
        WHERE o.owner = ${owner} AND t.status IN ('pending', 'processing')
          AND t.type <> 'hash_calculation'))::integer AS uploads,
      coalesce(sum(u.reserved_bytes) FILTER (WHERE u.kind IN (${kind}, 'resumable')), 0)::bigint AS reserved
    FROM image_uploads u JOIN images i ON i.id = u.image_id WHERE i.owner = ${owner}`;
  const { used, quota } = tenant ?? { used: 0n, quota: BigInt(quotas.bytes) };
  const { uploads, reserved } = running ?? { uploads: 0, reserved: 0n };
  const bytes =
    kind === 'staging'
      ? rest(BigInt(quotas.stagedBytes), (await stagedBytesOf(transaction, owner)) + reserved)
      : rest(quota, used + reserved - own);
  return { bytes, uploads: uploadQuota - uploads };
}

async function stagedBytesOf(transaction: Transaction, owner: string): Promise<bigint> {
  const [staged] = await transaction.$queryRaw<{ bytes: bigint }[]>`
    SELECT coalesce(sum(s.size), 0)::bigint AS bytes
    FROM (SELECT image_id, size FROM image_staged_data UNION ALL
      SELECT image_id, size FROM image_upload_parts p
      WHERE NOT EXISTS (SELECT FROM image_uploads u WHERE u.image_id = p.image_id)) AS s
    JOIN images i ON i.id = s.image_id WHERE i.owner = ${owner}`;
  return staged?.bytes ?? 0n;
}

/** @throws ImageBytesExceeded, StagedBytesExceeded */
export function requireRoom(room: TenantRoom, bytes: bigint, kind: RoomKind): void {
  if (room.bytes === null || bytes <= room.bytes) return;
  throw kind === 'staging' ? new StagedBytesExceeded() : new ImageBytesExceeded();
}

function rest(quota: bigint, used: bigint): bigint | null {
  if (quota < 0n) return null;
  return quota > used ? quota - used : 0n;
}
