import { InvalidRequest } from '../../kernel/errors.js';
import type { CacheTarget } from '../application/cache/manage-image-cache.js';
import type { CachedData } from '../application/ports/image-cache.js';

const MS_PER_SECOND = 1000;

/** Times are seconds since 1970, with a fraction. */
const cachedImageJson = (data: CachedData) => ({
  image_id: data.imageId,
  size: Number(data.size),
  hits: data.hits,
  checksum: data.checksum,
  last_accessed: Number(data.accessedAt) / MS_PER_SECOND,
  last_modified: Number(data.cachedAt) / MS_PER_SECOND,
});

export const cacheJson = ({
  cached,
  queued,
}: {
  readonly cached: readonly CachedData[];
  readonly queued: readonly string[];
}) => ({ cached_images: cached.map(cachedImageJson), queued_images: queued });

/** `x-image-cache-clear-target`; both without it. @throws InvalidRequest */
export function clearTargets(header: string | string[] | undefined): readonly CacheTarget[] {
  if (header === undefined || header === '') return ['cache', 'queue'];
  if (header === 'cache' || header === 'queue') return [header];
  throw new InvalidRequest('The header x-image-cache-clear-target must be cache or queue.');
}
