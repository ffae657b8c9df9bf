import { Inject, Injectable } from '@nestjs/common';
import type { Profile } from '../../api/http/mount.js';
import type { Principal } from '../../kernel/principal.js';
import { IMAGE_DATA_SETTINGS, type ImageDataSettings } from '../application/data-settings.js';
import { LocateImages } from '../application/locate-images.js';
import { ImageDataStores } from '../application/ports/image-data-stores.js';
import type { Image } from '../domain/image.js';

/** The fields of one image that tell where its data is, as JSON with a leading comma; empty where none is shown. */
export type PrintLocations = (image: Image) => string;

/** Where none of them is shown. */
export const NO_LOCATIONS: PrintLocations = () => '';

/** `stores`, `direct_url` and `locations`: each shown by configuration only (image-v2 3.1). */
@Injectable()
export class LocationFields {
  constructor(
    @Inject(LocateImages) private readonly locate: LocateImages,
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(IMAGE_DATA_SETTINGS) private readonly settings: ImageDataSettings,
  ) {}

  async printer(
    images: readonly Image[],
    principal: Principal,
    profile: Profile,
  ): Promise<PrintLocations> {
    if (!this.locate.isNeeded) return NO_LOCATIONS;
    const locationsOf = await this.locate.execute(images, principal);
    const showsStores = this.stores.all.length > 1 && profile === 'current';
    const { showDirectUrl, showLocations } = this.settings;
    return (image) => {
      const locations = locationsOf(image);
      const [best] = locations;
      const fields = {
        ...(showsStores &&
          best && { stores: [...new Set(locations.map(({ storeId }) => storeId))].join(',') }),
        ...(showDirectUrl && best && { direct_url: best.url }),
        ...(showLocations && {
          locations: locations.map(({ url, metadata }) => ({ url, metadata })),
        }),
      };
      const json = JSON.stringify(fields);
      return json === '{}' ? '' : `,${json.slice(1, -1)}`;
    };
  }
}
