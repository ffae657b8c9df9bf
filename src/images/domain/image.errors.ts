import { Conflict, DomainError, Forbidden, NotFound, quote } from '../../kernel/errors.js';

/** No such image, or none that the caller may see: one text for both, so that neither can be told apart. */
export class ImageNotFound extends NotFound {
  constructor() {
    super('No image found with this id.');
  }
}

export class ImageProtected extends Forbidden {
  constructor() {
    super('The image is protected and cannot be deleted.');
  }
}

/** The caller sees the image but is neither its owner nor an admin. */
export class ImageNotOwned extends Forbidden {
  constructor() {
    super('You are not permitted to change this image.');
  }
}

export class DuplicateImageId extends Conflict {
  constructor(id: string) {
    super(`An image with the id ${quote(id)} exists or has existed; ids are never reused.`);
  }
}

/** Several writers kept changing the image; none of this request's changes were made. */
export class ImageChangedMeanwhile extends Conflict {
  constructor() {
    super('The image was changed by other requests meanwhile; please try again.');
  }
}

export class PropertyNameReserved extends Forbidden {
  constructor(name: string) {
    super(`The property name ${quote(name)} is reserved.`);
  }
}

export class AttributeReadOnly extends Forbidden {
  constructor(name: string) {
    super(`The attribute ${quote(name)} is read-only.`);
  }
}

export class PropertyProtected extends Forbidden {
  constructor(name: string) {
    super(`Property ${quote(name)} is protected.`);
  }
}

export class PropertyMissing extends DomainError {
  constructor(name: string) {
    super('conflict', 'property-missing', `The image has no property ${quote(name)}.`);
  }
}

export class PropertyExists extends Conflict {
  constructor(name: string) {
    super(`The image already has a property ${quote(name)}.`);
  }
}

export class PropertyQuotaExceeded extends DomainError {
  constructor(quota: number) {
    super('over-quota', 'property-quota', `An image may have at most ${quota} properties.`);
  }
}

export class TagQuotaExceeded extends DomainError {
  constructor(quota: number) {
    super('over-quota', 'tag-quota', `An image may have at most ${quota} tags.`);
  }
}

/** `If-Match` named another state of the image than the present one. */
export class ImageStateDiffers extends DomainError {
  constructor() {
    super('precondition-failed', 'image-state-differs', 'The image has changed since it was read.');
  }
}

export class ImageCountExceeded extends DomainError {
  constructor() {
    super('over-quota', 'image-count-quota', 'The tenant may not have more images.');
  }
}
