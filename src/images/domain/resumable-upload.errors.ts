import { Conflict, DomainError, NotFound } from '../../kernel/errors.js';

/** It was never there, was given up, or what it brought could not be imported. */
export class UploadNotFound extends NotFound {
  constructor() {
    super('There is no such upload of this image.');
  }
}

/** Going on anywhere else than behind the last byte that is stored would leave a gap or change bytes. */
export class UploadOffsetDiffers extends Conflict {
  constructor(offset: bigint) {
    super(`The upload goes on at the offset ${offset}.`);
  }
}

/** One request at a time writes to an upload. */
export class UploadBusy extends Conflict {
  constructor() {
    super('Another request is writing to this upload.');
  }
}

/** More bytes came than the upload was made for. The last of them are not kept. */
export class UploadTooLong extends DomainError {
  constructor(bytes: bigint) {
    super('too-large', 'upload-too-long', `The upload has ${bytes} bytes and no more.`);
  }
}
