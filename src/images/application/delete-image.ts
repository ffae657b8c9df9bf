import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../kernel/principal.js';
import { ImageEditor } from './image-editor.js';
import { FillImageCache } from './cache/fill-image-cache.js';
import { PurgeDeletedImages } from './purge-deleted-images.js';

/** Takes an image out of the catalog, from any status. Its data stays until the image is purged. */
@Injectable()
export class DeleteImage {
  constructor(
    @Inject(ImageEditor) private readonly editor: ImageEditor,
    @Inject(PurgeDeletedImages) private readonly purge: PurgeDeletedImages,
    @Inject(FillImageCache) private readonly cache: FillImageCache,
  ) {}

  /** @throws ImageNotFound, ImageNotOwned or ImageProtected */
  async execute(id: string, principal: Principal): Promise<void> {
    await this.editor.remove(id, principal, (image) => {
      image.requireDeletableBy(principal);
    });
    this.cache.forget(id);
    this.purge.afterDeletion();
  }
}
