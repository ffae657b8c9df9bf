import { Conflict, DomainError, InvalidRequest, NotFound, quote } from '../../kernel/errors.js';

/** The operator switched it off, the deployment is not made for it, or nobody knows it. */
export class ImportMethodNotOffered extends InvalidRequest {
  constructor(name: string) {
    super(`The import method ${quote(name)} is not enabled.`);
  }
}

/** Without `glance-direct` nothing could be done with staged bytes. */
export class StagingNotOffered extends NotFound {
  constructor() {
    super('Staging is not enabled in this deployment.');
  }
}

/** The image is in a status that this way of importing does not begin with. */
export class ImportConflict extends Conflict {
  constructor(method: string, status: string) {
    super(`The method ${quote(method)} does not import to an image whose status is '${status}'.`);
  }
}

export class StagingUnfinished extends Conflict {
  constructor() {
    super('The data of the image is still being staged.');
  }
}

/** Formats that are unset are a matter of state here, unlike in an upload (image-v2 2.9). */
export class FormatsUnsetForImport extends Conflict {
  constructor() {
    super('The disk format and the container format must be set before data is imported.');
  }
}

/** The import lock: one task at a time works on an image. */
export class ImportLocked extends Conflict {
  constructor() {
    super('Another import of this image has not ended yet.');
  }
}

/** What was inspected is not what the record says now. */
export class FormatsChangedMeanwhile extends Conflict {
  constructor() {
    super('The formats of the image were changed while its data was imported.');
  }
}

/** What came out of the staging area, or out of another store, is not what went into it. */
export class ImportedDataAltered extends DomainError {
  constructor() {
    super('internal', 'data-altered', 'The data is not what was stored before; it was not used.');
  }
}

/** Nothing that another region has, or lets be seen. */
export class RemoteImageRefused extends InvalidRequest {}

/** What came from another region is not what it says there. */
export class RemoteDataDiffers extends DomainError {
  constructor() {
    super('internal', 'data-altered', 'The data has other hashes than the other region says.');
  }
}

export class ImportTookTooLong extends DomainError {
  constructor() {
    super('timeout', 'import-timeout', 'The import took longer than it may.');
  }
}

/** Each process that worked on it ended before it was done. */
export class ImportGivenUp extends DomainError {
  constructor(attempts: number) {
    super(
      'unavailable',
      'import-given-up',
      `The import was given up: it was begun ${attempts} times and interrupted each time.`,
    );
  }
}

/** Another worker has taken the task over, because this one was not heard of for too long. */
export class TaskLeaseLost extends Conflict {
  constructor() {
    super('The import was taken over by another process.');
  }
}

/** It ends too early, or is not what it begins as. */
export class DamagedCompression extends InvalidRequest {
  constructor(cause: unknown) {
    super('The compressed data is damaged.', { cause });
  }
}

/** An archive that is not compressed data of one image, or not such that it can be unpacked as it passes. */
export class ArchiveRefused extends InvalidRequest {
  /** @param reason a public sentence */
  constructor(reason: string, cause?: unknown) {
    super(reason, { cause });
  }
}

/** A few bytes that would become very many. */
export class CompressionTooStrong extends DomainError {
  constructor(ratio: number) {
    super('too-large', 'compression-bomb', `The data is compressed more than ${ratio} to 1.`);
  }
}

export class TaskNotFound extends NotFound {
  constructor() {
    super('No task found with this id.');
  }
}
