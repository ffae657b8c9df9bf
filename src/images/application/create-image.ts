import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Principal } from '../../kernel/principal.js';
import type { EditableAttributes } from '../domain/image-change.js';
import type { ImageProperties } from '../domain/image-properties.js';
import { Image } from '../domain/image.js';
import { ImageChangeRules } from './image-change-rules.js';
import { PropertySchema } from './ports/property-schema.js';
import { ImageRepository } from './ports/image.repository.js';

export interface CreateImageCommand {
  /** A UUID chosen by the caller; a random one otherwise. */
  readonly id: string | null;
  readonly attributes: Partial<EditableAttributes>;
  readonly properties: ImageProperties;
}

/** Adds a record without data to the caller's tenant, or for an admin to any tenant. */
@Injectable()
export class CreateImage {
  constructor(
    @Inject(ImageRepository) private readonly images: ImageRepository,
    @Inject(ImageChangeRules) private readonly rules: ImageChangeRules,
    @Inject(PropertySchema) private readonly schema: PropertySchema,
  ) {}

  /** @throws DuplicateImageId, Forbidden, InvalidRequest or a quota error; nothing is stored then */
  async execute(command: CreateImageCommand, principal: Principal): Promise<Image> {
    this.schema.requireComplete(Object.keys(command.properties));
    const context = this.rules.contextFor(principal);
    const image = Image.create(
      command.id ?? randomUUID(),
      { ...command.attributes, properties: command.properties },
      context,
    );
    await this.images.add(image, context.limits.imageCountQuota);
    return image.seenBy(principal, context.protection);
  }
}
