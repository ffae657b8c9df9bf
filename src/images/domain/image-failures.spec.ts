import { describe, expect, it } from '@jest/globals';
import type { DomainError, ErrorKind } from '../../kernel/errors.js';
import {
  DownloadRefused,
  FormatsUnset,
  ImageBytesExceeded,
  ImageDataDiscarded,
  ImageDataExists,
  ImageDataMissing,
  ImageDataRefused,
  ImageDataSizeDiffers,
  ImageDataTooLarge,
  ImageDeletedMeanwhile,
  LastLocation,
  StagedBytesExceeded,
  StoreFull,
  StoreReadOnly,
  StoreUnknown,
  UploadConflict,
  UploadCountExceeded,
  UploadLeaseLost,
} from './image-data.errors.js';
import {
  ArchiveRefused,
  CompressionTooStrong,
  DamagedCompression,
  FormatsChangedMeanwhile,
  FormatsUnsetForImport,
  ImportConflict,
  ImportGivenUp,
  ImportLocked,
  ImportMethodNotOffered,
  ImportTookTooLong,
  ImportedDataAltered,
  StagingNotOffered,
  StagingUnfinished,
  TaskLeaseLost,
  TaskNotFound,
} from './image-import.errors.js';
import { DuplicateMember, MemberNotFound, MemberQuotaExceeded } from './image-member.js';
import {
  AttributeReadOnly,
  DuplicateImageId,
  ImageChangedMeanwhile,
  ImageCountExceeded,
  ImageNotFound,
  ImageNotOwned,
  ImageProtected,
  ImageStateDiffers,
  PropertyExists,
  PropertyMissing,
  PropertyNameReserved,
  PropertyProtected,
  PropertyQuotaExceeded,
  TagQuotaExceeded,
} from './image.errors.js';

/** What clients are told: the kind becomes a status, the code is stable, the text is public. */
const FAILURES: readonly (readonly [DomainError, ErrorKind, code: string, message: string])[] = [
  [new DownloadRefused('Why.'), 'forbidden', 'download-refused', 'Why.'],
  [
    new FormatsUnset(),
    'invalid',
    'formats-unset',
    'The disk format and the container format must be set before data is brought.',
  ],
  [
    new ImageBytesExceeded(),
    'over-quota',
    'image-bytes-quota',
    'The tenant may not have so many bytes of images.',
  ],
  [
    new ImageDataDiscarded(),
    'conflict',
    'conflict',
    'The data of the image was discarded while it was being written.',
  ],
  [
    new ImageDataExists(),
    'conflict',
    'conflict',
    'The data of the image exists already or is being written.',
  ],
  [
    new ImageDataMissing(),
    'not-found',
    'not-found',
    'The data of the image could not be found in its store.',
  ],
  [new ImageDataRefused('Why.'), 'unsupported-media', 'image-data-refused', 'Why.'],
  [
    new ImageDataSizeDiffers(5n),
    'invalid',
    'invalid-request',
    'The data does not have the 5 bytes that were announced.',
  ],
  [
    new ImageDataTooLarge(5n),
    'too-large',
    'image-too-large',
    'An image may have at most 5 bytes of data.',
  ],
  [
    new ImageDeletedMeanwhile(),
    'gone',
    'image-deleted',
    'The image was deleted while its data arrived.',
  ],
  [
    new LastLocation(),
    'forbidden',
    'last-location',
    'The only copy of the data cannot be removed.',
  ],
  [
    new StagedBytesExceeded(),
    'over-quota',
    'staged-bytes-quota',
    'The tenant may not have so many staged bytes.',
  ],
  [new StoreFull(), 'over-quota', 'store-full', 'There is not enough space in the store.'],
  [
    new StoreReadOnly('s1'),
    'gone',
    'store-read-only',
    "The store 's1' does not accept image data.",
  ],
  [new StoreUnknown('s1'), 'invalid', 'store-unknown', "There is no store 's1'."],
  [
    new UploadConflict('saving'),
    'conflict',
    'conflict',
    "Data cannot be brought to an image whose status is 'saving'.",
  ],
  [
    new UploadCountExceeded(2),
    'over-quota',
    'upload-count-quota',
    'The tenant may have at most 2 uploads at once.',
  ],
  [
    new UploadLeaseLost(),
    'conflict',
    'conflict',
    'The upload was given up, because the service did not hear of it for too long.',
  ],
  [new ArchiveRefused('Why.'), 'invalid', 'invalid-request', 'Why.'],
  [
    new CompressionTooStrong(200),
    'too-large',
    'compression-bomb',
    'The data is compressed more than 200 to 1.',
  ],
  [new DamagedCompression(null), 'invalid', 'invalid-request', 'The compressed data is damaged.'],
  [
    new FormatsChangedMeanwhile(),
    'conflict',
    'conflict',
    'The formats of the image were changed while its data was imported.',
  ],
  [
    new FormatsUnsetForImport(),
    'conflict',
    'conflict',
    'The disk format and the container format must be set before data is imported.',
  ],
  [
    new ImportConflict('m', 'saving'),
    'conflict',
    'conflict',
    "The method 'm' does not import to an image whose status is 'saving'.",
  ],
  [
    new ImportGivenUp(3),
    'unavailable',
    'import-given-up',
    'The import was given up: it was begun 3 times and interrupted each time.',
  ],
  [new ImportLocked(), 'conflict', 'conflict', 'Another import of this image has not ended yet.'],
  [
    new ImportMethodNotOffered('m'),
    'invalid',
    'invalid-request',
    "The import method 'm' is not enabled.",
  ],
  [new ImportTookTooLong(), 'timeout', 'import-timeout', 'The import took longer than it may.'],
  [
    new ImportedDataAltered(),
    'internal',
    'data-altered',
    'The data is not what was stored before; it was not used.',
  ],
  [new StagingNotOffered(), 'not-found', 'not-found', 'Staging is not enabled in this deployment.'],
  [new StagingUnfinished(), 'conflict', 'conflict', 'The data of the image is still being staged.'],
  [new TaskLeaseLost(), 'conflict', 'conflict', 'The import was taken over by another process.'],
  [new TaskNotFound(), 'not-found', 'not-found', 'No task found with this id.'],
  [new DuplicateMember(), 'conflict', 'conflict', 'The image is already shared with this tenant.'],
  [new MemberNotFound(), 'not-found', 'not-found', 'The image is not shared with this tenant.'],
  [
    new MemberQuotaExceeded(2),
    'over-quota',
    'member-quota',
    'An image may have at most 2 members.',
  ],
  [new AttributeReadOnly('p'), 'forbidden', 'forbidden', "The attribute 'p' is read-only."],
  [
    new DuplicateImageId('i'),
    'conflict',
    'conflict',
    "An image with the id 'i' exists or has existed; ids are never reused.",
  ],
  [
    new ImageChangedMeanwhile(),
    'conflict',
    'conflict',
    'The image was changed by other requests meanwhile; please try again.',
  ],
  [
    new ImageCountExceeded(),
    'over-quota',
    'image-count-quota',
    'The tenant may not have more images.',
  ],
  [new ImageNotFound(), 'not-found', 'not-found', 'No image found with this id.'],
  [new ImageNotOwned(), 'forbidden', 'forbidden', 'You are not permitted to change this image.'],
  [new ImageProtected(), 'forbidden', 'forbidden', 'The image is protected and cannot be deleted.'],
  [
    new ImageStateDiffers(),
    'precondition-failed',
    'image-state-differs',
    'The image has changed since it was read.',
  ],
  [new PropertyExists('p'), 'conflict', 'conflict', "The image already has a property 'p'."],
  [new PropertyMissing('p'), 'conflict', 'property-missing', "The image has no property 'p'."],
  [new PropertyNameReserved('p'), 'forbidden', 'forbidden', "The property name 'p' is reserved."],
  [new PropertyProtected('p'), 'forbidden', 'forbidden', "Property 'p' is protected."],
  [
    new PropertyQuotaExceeded(2),
    'over-quota',
    'property-quota',
    'An image may have at most 2 properties.',
  ],
  [new TagQuotaExceeded(2), 'over-quota', 'tag-quota', 'An image may have at most 2 tags.'],
];

describe('a failure', () => {
  it.each(FAILURES.map(([error, ...said]) => [error.name, error, ...said] as const))(
    '%s',
    (_name, error, kind, code, message) => {
      expect([error.kind, error.code, error.message]).toEqual([kind, code, message]);
    },
  );

  it.each([StoreFull, ImageDataMissing, ImageDataExists, ImageDataDiscarded, DamagedCompression])(
    'of a store or of data has a cause that is logged, not shown: %p',
    (Failure) => {
      const cause = new Error('secret');
      const error = new Failure(cause);
      expect(error.cause).toBe(cause);
      expect(error.message).not.toContain('secret');
    },
  );

  it('of an archive has one as well', () => {
    const cause = new Error('secret');
    expect(new ArchiveRefused('Why.', cause).cause).toBe(cause);
  });
});
