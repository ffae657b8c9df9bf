import type { Prisma } from '../../generated/prisma/client.js';
import type { DataFindings } from '../application/ports/image-data.repository.js';

/** The image has its data from now on, with what was found out about it. */
export async function activate(
  transaction: Prisma.TransactionClient,
  imageId: string,
  { size, virtualSize, checksum, hashAlgorithm, hashValue }: DataFindings,
): Promise<void> {
  await transaction.$executeRaw`
    UPDATE images SET status = 'active', size = ${size}, virtual_size = ${virtualSize}, checksum = ${checksum},
      os_hash_algo = ${hashAlgorithm}, os_hash_value = ${hashValue},
      version = version + 1, updated_at = greatest(updated_at, now())
    WHERE id = ${imageId}::uuid`;
}
