import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../kernel/principal.js';
import { ImageStateDiffers } from '../domain/image.errors.js';
import type { Image } from '../domain/image.js';
import { ChangeLocations } from './change-locations.js';
import { ImageChangeRules } from './image-change-rules.js';
import { ImageEditor } from './image-editor.js';
import type { UpdateImageCommand } from './update-image.command.js';

/** Applies a list of changes to one image, all or nothing. Both dialects' edits end here. */
@Injectable()
export class UpdateImage {
  constructor(
    @Inject(ImageEditor) private readonly editor: ImageEditor,
    @Inject(ImageChangeRules) private readonly rules: ImageChangeRules,
    @Inject(ChangeLocations) private readonly locations: ChangeLocations,
  ) {}

  /**
   * @throws ImageStateDiffers when `expects` refuses, ImageNotOwned, or what the changes break
   *
   * An empty list is allowed to whoever sees the image and changes nothing (image-v2 2.5).
   */
  async execute(command: UpdateImageCommand, principal: Principal): Promise<Image> {
    const { id, changes, locationChanges = [], expects } = command;
    if (locationChanges.length > 0) {
      return this.locations.execute({ ...command, locationChanges }, principal);
    }
    const context = this.rules.contextFor(principal);
    const after = await this.editor.edit(id, principal, (image) => {
      if (expects?.(image) === false) throw new ImageStateDiffers();
      if (changes.length === 0) return image;
      image.requireChangeableBy(principal);
      return image.apply(changes, context);
    });
    return after.seenBy(principal, context.protection);
  }
}
