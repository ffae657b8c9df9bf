import { toIsoSeconds } from '../../api/http/iso-instant.js';
import type { PageLinks } from '../../api/http/page-links.js';
import type { DeletedImage } from '../application/ports/deleted-image.repository.js';
import { toImageJson } from '../image-v2/image.representation.js';

/** Each deleted image as it was, with the time of its deletion and the time until which it can be restored. */
export function toDeletedImageListJson(
  images: readonly DeletedImage[],
  links: PageLinks,
  retentionSeconds: number,
): string {
  const items = images.map(({ image, deletedAt }) => {
    const purgedAfter = new Date(deletedAt.getTime() + retentionSeconds * 1000);
    return `{"deleted_at":"${toIsoSeconds(deletedAt)}","restorable_until":"${toIsoSeconds(purgedAfter)}","image":${toImageJson(image, 'current')}}`;
  });
  const next = links.next === null ? '' : `,"next":${JSON.stringify(links.next)}`;
  return `{"deleted_images":[${items.join(',')}],"first":${JSON.stringify(links.first)}${next}}`;
}
