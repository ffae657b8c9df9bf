import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../kernel/principal.js';
import {
  applyLocationChange,
  type LocatedImage,
  type LocationChange,
  type LocationRules,
} from '../domain/image-locations.js';
import { ImageStateDiffers } from '../domain/image.errors.js';
import { Image } from '../domain/image.js';
import { ImageChangeRules } from './image-change-rules.js';
import { ImageEditor } from './image-editor.js';
import {
  ImageDataRepository,
  type ImageLocation,
  type LocationsUpdate,
} from './ports/image-data.repository.js';
import { RemoteLocations, type Sizes } from './remote-locations.js';
import type { UpdateImageCommand } from './update-image.command.js';

export interface ChangeLocationsCommand extends UpdateImageCommand {
  readonly locationChanges: readonly LocationChange[];
}

/**
 * Registers data that lies elsewhere as the data of an image, or changes where it is said to be: the only way to
 * data that the service did not write.
 */
@Injectable()
export class ChangeLocations {
  constructor(
    @Inject(ImageEditor) private readonly editor: ImageEditor,
    @Inject(ImageChangeRules) private readonly rules: ImageChangeRules,
    @Inject(ImageDataRepository) private readonly data: ImageDataRepository,
    @Inject(RemoteLocations) private readonly remote: RemoteLocations,
  ) {}

  /** The other changes of the command come first; all or nothing. @throws what image-v2 2.6 lists */
  async execute(command: ChangeLocationsCommand, principal: Principal): Promise<Image> {
    const { id, changes, locationChanges, expects } = command;
    const context = this.rules.contextFor(principal);
    let sizes: Sizes = new Map();
    const after = await this.editor.attempt(id, principal, async (before) => {
      if (expects?.(before) === false) throw new ImageStateDiffers();
      before.requireChangeableBy(principal);
      sizes = await this.remote.measure(locationChanges, sizes);
      const present = await this.data.locations(id);
      const { attributes } = before.apply(changes, context);
      const rules = this.remote.rulesFor(principal, sizes);
      const result = applied({ attributes, locations: present }, locationChanges, rules);
      const update = this.updateOf(before, present, result);
      return (await this.data.replaceLocations(update, this.remote.quotas)) ? update.after : null;
    });
    return after.seenBy(principal, context.protection);
  }

  private updateOf(
    before: Image,
    present: readonly ImageLocation[],
    { attributes, locations }: LocatedImage,
  ): LocationsUpdate {
    const placeOf = (url: string): ImageLocation =>
      present.find((known) => known.url === url) ?? this.remote.place(attributes.id, url);
    const isKept = ({ url }: ImageLocation): boolean =>
      locations.some((location) => location.url === url);
    return {
      before,
      after: new Image(attributes),
      locations: locations.map((location) => ({ ...placeOf(location.url), ...location })),
      task: null,
      newBytes: before.attributes.size === null ? attributes.size : null,
      removals: present.filter((place) => !isKept(place) && this.remote.isOurs(place)),
    };
  }
}

function applied(
  start: LocatedImage,
  changes: readonly LocationChange[],
  rules: LocationRules,
): LocatedImage {
  let image = start;
  for (const change of changes) image = applyLocationChange(image, change, rules);
  return image;
}
