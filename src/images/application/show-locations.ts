import { Inject, Injectable } from '@nestjs/common';
import { Forbidden } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import { mayReadLocations } from '../domain/image-access.js';
import { LocateImages } from './locate-images.js';
import type { ImageLocation } from './ports/image-data.repository.js';
import { VisibleImages } from './visible-images.js';

/** Where the data of an image lies, for other services of the cloud (image-v2 2.16). */
@Injectable()
export class ShowLocations {
  constructor(
    @Inject(VisibleImages) private readonly visible: VisibleImages,
    @Inject(LocateImages) private readonly locate: LocateImages,
  ) {}

  /** The preferred copy first. @throws ImageNotFound; Forbidden for all but services and admins */
  async execute(imageId: string, principal: Principal): Promise<readonly ImageLocation[]> {
    const image = await this.visible.get(imageId, principal);
    if (!mayReadLocations(principal)) throw new Forbidden();
    return this.locate.ofImage(image, principal);
  }
}
