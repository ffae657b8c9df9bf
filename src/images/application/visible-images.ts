import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../kernel/principal.js';
import { visibleTo } from '../domain/image-access.js';
import { normalizeImageId } from '../domain/image-id.js';
import { ImageNotFound } from '../domain/image.errors.js';
import type { Image } from '../domain/image.js';
import { ImageRepository } from './ports/image.repository.js';

/** The images that exist for a caller; what they may not see does not. */
@Injectable()
export class VisibleImages {
  constructor(@Inject(ImageRepository) private readonly images: ImageRepository) {}

  /**
   * The whole image, with the properties that the caller may not read: for use cases, not for showing.
   * @throws ImageNotFound for unknown, deleted, invisible and malformed ids alike
   */
  async get(id: string, principal: Principal): Promise<Image> {
    const imageId = normalizeImageId(id);
    const scope = visibleTo(principal);
    const isNothing = scope !== 'everything' && scope.length === 0;
    if (imageId === null || isNothing) throw new ImageNotFound();
    const image = await this.images.find(imageId, scope);
    if (image === null) throw new ImageNotFound();
    return image;
  }

  /**
   * Those of the images that the caller sees, or saw when they were deleted. Not for showing them: an image that is
   * deleted does not exist for the APIs.
   */
  async amongst(ids: readonly string[], principal: Principal): Promise<ReadonlySet<string>> {
    const scope = visibleTo(principal);
    const isNothing = scope !== 'everything' && scope.length === 0;
    return isNothing || ids.length === 0 ? new Set() : this.images.knownWithin(ids, scope);
  }
}
