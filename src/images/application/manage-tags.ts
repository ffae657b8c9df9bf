import { Inject, Injectable } from '@nestjs/common';
import { NotFound, quote } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import { ImageChangeRules } from './image-change-rules.js';
import { ImageEditor } from './image-editor.js';

export interface TagCommand {
  readonly imageId: string;
  readonly tag: string;
}

/** Sets or removes one tag; setting is idempotent. */
@Injectable()
export class ManageTags {
  constructor(
    @Inject(ImageEditor) private readonly editor: ImageEditor,
    @Inject(ImageChangeRules) private readonly rules: ImageChangeRules,
  ) {}

  async add({ imageId, tag }: TagCommand, principal: Principal): Promise<void> {
    await this.editor.edit(imageId, principal, (image) => {
      image.requireChangeableBy(principal);
      return image.tag(tag, this.rules.contextFor(principal));
    });
  }

  /** @throws NotFound when the image has no such tag */
  async remove({ imageId, tag }: TagCommand, principal: Principal): Promise<void> {
    await this.editor.edit(imageId, principal, (image) => {
      image.requireChangeableBy(principal);
      const next = image.untag(tag, this.rules.contextFor(principal));
      if (next === null) throw new NotFound(`The image has no tag ${quote(tag)}.`);
      return next;
    });
  }
}
