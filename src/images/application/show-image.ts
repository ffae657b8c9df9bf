import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../kernel/principal.js';
import type { Image } from '../domain/image.js';
import type { PropertyProtection } from '../domain/property-protection.js';
import { PROPERTY_PROTECTION } from './image-change-rules.js';
import { VisibleImages } from './visible-images.js';

/** One image, as far as the caller may see it. */
@Injectable()
export class ShowImage {
  constructor(
    @Inject(VisibleImages) private readonly images: VisibleImages,
    @Inject(PROPERTY_PROTECTION) private readonly protection: PropertyProtection,
  ) {}

  /** @throws ImageNotFound for unknown, deleted, invisible and malformed ids alike */
  async execute(id: string, principal: Principal): Promise<Image> {
    const image = await this.images.get(id, principal);
    return image.seenBy(principal, this.protection);
  }
}
