import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../kernel/principal.js';
import { ImageEditor } from './image-editor.js';

/** Locks the data of an image for everybody but admins, or unlocks it; both idempotent (image-v2 2.10). */
@Injectable()
export class ChangeActivation {
  constructor(@Inject(ImageEditor) private readonly editor: ImageEditor) {}

  /** @throws ImageNotFound, ImageNotOwned, or Forbidden in any status but active and deactivated */
  async execute(
    command: { readonly imageId: string; readonly to: 'active' | 'deactivated' },
    principal: Principal,
  ): Promise<void> {
    await this.editor.edit(command.imageId, principal, (image) => {
      image.requireChangeableBy(principal);
      return image.switchTo(command.to, new Date());
    });
  }
}
