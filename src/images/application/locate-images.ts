import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../kernel/principal.js';
import type { Image } from '../domain/image.js';
import { IMAGE_DATA_SETTINGS, type ImageDataSettings } from './data-settings.js';
import { ImageDataRepository, type ImageLocation } from './ports/image-data.repository.js';
import { ImageDataStores } from './ports/image-data-stores.js';

/** Where the data of one image is, as far as the caller may know; the preferred copy first. */
export type LocationsOf = (image: Image) => readonly ImageLocation[];

/** Finds the copies of images for those representations that tell of them. */
@Injectable()
export class LocateImages {
  /** Does any reply tell where data is? Otherwise nothing is looked up. */
  readonly isNeeded: boolean;

  constructor(
    @Inject(ImageDataRepository) private readonly data: ImageDataRepository,
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(IMAGE_DATA_SETTINGS) settings: ImageDataSettings,
  ) {
    this.isNeeded = settings.showDirectUrl || settings.showLocations || stores.all.length > 1;
  }

  /** One statement, however many images. For all but admins a deactivated image has no locations (image-v2 3.1). */
  async execute(images: readonly Image[], principal: Principal): Promise<LocationsOf> {
    const asked = this.isNeeded ? images.filter((image) => isTold(image, principal)) : [];
    if (asked.length === 0) return () => [];
    const found = await this.data.locationsOf(asked.map(({ attributes }) => attributes.id));
    const byImage = new Map<string, ImageLocation[]>();
    for (const location of found) {
      byImage.set(location.imageId, [...(byImage.get(location.imageId) ?? []), location]);
    }
    return ({ attributes }) => this.byWeight(byImage.get(attributes.id) ?? []);
  }

  /** Those of one image, whatever replies tell of it. */
  async ofImage(image: Image, principal: Principal): Promise<readonly ImageLocation[]> {
    if (!isTold(image, principal)) return [];
    return this.byWeight(await this.data.locations(image.attributes.id));
  }

  private byWeight(locations: readonly ImageLocation[]): readonly ImageLocation[] {
    const weight = ({ storeId }: ImageLocation): number =>
      this.stores.all.find(({ id }) => id === storeId)?.weight ?? 0;
    return locations.toSorted((a, b) => weight(b) - weight(a));
  }
}

const isTold = ({ attributes, hasData }: Image, principal: Principal): boolean =>
  hasData && (attributes.status === 'active' || principal.isAdmin);
