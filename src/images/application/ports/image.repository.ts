import type { Page } from '../../../kernel/page.js';
import type { ImageScope } from '../../domain/image-access.js';
import type { ImageListQuery } from '../../domain/image-list.js';
import type { Image } from '../../domain/image.js';

/** The image after which a page begins. It need not match the filters, and may be seen where the list does not show it. */
export interface ImageMarker {
  readonly id: string;
  readonly scope: ImageScope;
}

/**
 * Port: the live images as a collection. Deleted images are not in it, but their ids stay taken for ever.
 * What one call acknowledged, every later call on any replica sees.
 */
export abstract class ImageRepository {
  /** The image with this id (a UUID in lower case), if the scope holds it. One statement. */
  abstract find(id: string, scope: ImageScope): Promise<Image | null>;

  /** Those of the ids whose images the scope holds, deleted ones too until they are purged. One statement. */
  abstract knownWithin(ids: readonly string[], scope: ImageScope): Promise<ReadonlySet<string>>;

  /**
   * One page in the query's order, which the id makes total. One statement, and one for the marker; one more when the page was
   * asked for before and has changed since, and up to three more with filters (ADR 33, ADR 80).
   * @returns null when there is no such marker
   */
  abstract list(
    query: ImageListQuery,
    scope: ImageScope,
    marker: ImageMarker | null,
  ): Promise<Page<Image> | null>;

  /**
   * @param countQuota most live images of the owning tenant, unless it has a quota of its own; negative is
   *   unlimited. Exact however many are added at once.
   * @throws DuplicateImageId when the id is or ever was taken; ImageCountExceeded
   */
  abstract add(image: Image, countQuota: number): Promise<void>;

  /**
   * Compare-and-set on the version: writes `after` only while the stored image still is `before`.
   * @returns false when another writer came first; nothing is written then
   */
  abstract replace(before: Image, after: Image): Promise<boolean>;

  /** Compare-and-set like {@link replace}; the image leaves the collection. */
  abstract remove(image: Image, now: Date): Promise<boolean>;
}
