import { Conflict, DomainError, InvalidRequest, NotFound, quote } from '../../kernel/errors.js';

/** The store has no room for the data, or its operator's quota for us is used up. */
export class StoreFull extends DomainError {
  constructor(cause?: unknown) {
    super('over-quota', 'store-full', 'There is not enough space in the store.', { cause });
  }
}

/** The record promises data that its store does not have, or not in the recorded length. */
export class ImageDataMissing extends NotFound {
  constructor(cause?: unknown) {
    super('The data of the image could not be found in its store.', { cause });
  }
}

/** The key holds data or is being written by somebody else: image data is written once. */
export class ImageDataExists extends Conflict {
  constructor(cause?: unknown) {
    super('The data of the image exists already or is being written.', { cause });
  }
}

/** Somebody deleted the key while it was being written; nothing was stored. */
export class ImageDataDiscarded extends Conflict {
  constructor(cause?: unknown) {
    super('The data of the image was discarded while it was being written.', { cause });
  }
}

/** The store does not take data, by its kind or by configuration. */
export class StoreReadOnly extends DomainError {
  constructor(storeId: string) {
    super('gone', 'store-read-only', `The store ${quote(storeId)} does not accept image data.`);
  }
}

/** The bytes are not what the record says, or are unsafe to open (S-58 to S-60). */
export class ImageDataRefused extends DomainError {
  /** @param reason a public sentence */
  constructor(reason: string) {
    super('unsupported-media', 'image-data-refused', reason);
  }
}

/** More bytes came than an image may have; counted as they arrive, whatever was declared (S-64). */
export class ImageDataTooLarge extends DomainError {
  constructor(maxBytes: bigint) {
    super('too-large', 'image-too-large', `An image may have at most ${maxBytes} bytes of data.`);
  }
}

/** The client sent another number of bytes than it had announced. */
export class ImageDataSizeDiffers extends InvalidRequest {
  constructor(declaredBytes: bigint) {
    super(`The data does not have the ${declaredBytes} bytes that were announced.`);
  }
}

/** The configuration knows no such store. Callers map it to the code that their operation documents. */
export class StoreUnknown extends DomainError {
  constructor(storeId: string) {
    super('invalid', 'store-unknown', `There is no store ${quote(storeId)}.`);
  }
}

/** Another upload, stage or import has the image, or it has data already: data is written once. */
export class UploadConflict extends Conflict {
  constructor(status: string) {
    super(`Data cannot be brought to an image whose status is ${quote(status)}.`);
  }
}

/** The image was deleted while its data arrived; what had arrived is removed. */
export class ImageDeletedMeanwhile extends DomainError {
  constructor() {
    super('gone', 'image-deleted', 'The image was deleted while its data arrived.');
  }
}

/** The upload was not heard of for too long and has been given up on its behalf. */
export class UploadLeaseLost extends Conflict {
  constructor() {
    super('The upload was given up, because the service did not hear of it for too long.');
  }
}

export class FormatsUnset extends DomainError {
  constructor() {
    super(
      'invalid',
      'formats-unset',
      'The disk format and the container format must be set before data is brought.',
    );
  }
}

export class ImageBytesExceeded extends DomainError {
  constructor() {
    super('over-quota', 'image-bytes-quota', 'The tenant may not have so many bytes of images.');
  }
}

/** Bytes between `stage` and `import` have a quota of their own (S-67). */
export class StagedBytesExceeded extends DomainError {
  constructor() {
    super('over-quota', 'staged-bytes-quota', 'The tenant may not have so many staged bytes.');
  }
}

export class UploadCountExceeded extends DomainError {
  constructor(quota: number) {
    super(
      'over-quota',
      'upload-count-quota',
      `The tenant may have at most ${quota} uploads at once.`,
    );
  }
}

/** Readers see images but not their data; the data of a deactivated image is for admins. */
export class DownloadRefused extends DomainError {
  constructor(reason: string) {
    super('forbidden', 'download-refused', reason);
  }
}

export class LastLocation extends DomainError {
  constructor() {
    super('forbidden', 'last-location', 'The only copy of the data cannot be removed.');
  }
}
