import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../kernel/principal.js';
import { Conflict, NotFound } from '../../kernel/errors.js';
import { ImageProtected } from '../domain/image.errors.js';
import { ImageDataRepository } from './ports/image-data.repository.js';
import { ImageDataStores } from './ports/image-data-stores.js';
import { RemoveImageData } from './remove-image-data.js';
import { VisibleImages } from './visible-images.js';

/** Removes one of several copies of an image's data (image-v2 2.13). */
@Injectable()
export class RemoveStoreCopy {
  constructor(
    @Inject(VisibleImages) private readonly visible: VisibleImages,
    @Inject(ImageDataRepository) private readonly repository: ImageDataRepository,
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(RemoveImageData) private readonly removeData: RemoveImageData,
  ) {}

  /**
   * @throws NotFound with a single store, or when the image has no copy there; ImageNotFound
   * @throws Conflict for an unknown store or an image that is not active; LastLocation; ImageProtected
   */
  async execute(
    command: { imageId: string; storeId: string },
    principal: Principal,
  ): Promise<void> {
    const { all } = this.stores;
    if (all.length < 2) throw new NotFound('This deployment does not have multiple stores.');
    const { attributes } = await this.visible.get(command.imageId, principal);
    if (!all.some(({ id }) => id === command.storeId)) {
      throw new Conflict('The store is not one of this deployment.');
    }
    if (attributes.isProtected) throw new ImageProtected();
    if (!(await this.repository.removeLocation(attributes.id, command.storeId))) {
      throw new NotFound('The image has no data in this store.');
    }
    await this.removeData.execute();
  }
}
