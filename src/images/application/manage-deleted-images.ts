import { Inject, Injectable } from '@nestjs/common';
import { InvalidRequest } from '../../kernel/errors.js';
import type { Page } from '../../kernel/page.js';
import type { TenantId } from '../../kernel/principal.js';
import { normalizeImageId } from '../domain/image-id.js';
import { ImageNotFound } from '../domain/image.errors.js';
import type { Image } from '../domain/image.js';
import { DeletedImageRepository, type DeletedImage } from './ports/deleted-image.repository.js';
import { ImageRepository } from './ports/image.repository.js';

export interface ListDeletedImagesCommand {
  readonly owner: TenantId | null;
  readonly limit: number;
  readonly marker: string | null;
}

/** For admins: what was deleted and can still be brought back. */
@Injectable()
export class ManageDeletedImages {
  constructor(
    @Inject(DeletedImageRepository) private readonly deleted: DeletedImageRepository,
    @Inject(ImageRepository) private readonly images: ImageRepository,
  ) {}

  /** @throws InvalidRequest when the marker is no deleted image */
  async list({ marker, ...options }: ListDeletedImagesCommand): Promise<Page<DeletedImage>> {
    const after = marker === null ? null : await this.find(marker);
    if (marker !== null && after === null) {
      throw new InvalidRequest('The marker is not a deleted image.');
    }
    return this.deleted.list({ ...options, after });
  }

  /** @throws ImageNotFound when the image is not deleted, or purged already */
  async restore(id: string): Promise<Image> {
    const imageId = normalizeImageId(id);
    if (imageId === null || !(await this.deleted.restore(imageId))) throw new ImageNotFound();
    const image = await this.images.find(imageId, 'everything');
    if (image === null) throw new ImageNotFound();
    return image;
  }

  private async find(id: string): Promise<DeletedImage | null> {
    const imageId = normalizeImageId(id);
    return imageId === null ? null : this.deleted.find(imageId);
  }
}
