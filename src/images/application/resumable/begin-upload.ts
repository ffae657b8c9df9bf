import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Principal } from '../../../kernel/principal.js';
import { TargetStores } from '../imports/target-stores.js';
import { VisibleImages } from '../visible-images.js';
import type { OpenUpload } from './show-upload.js';
import { UploadArea } from './upload-area.js';
import { UploadRecords } from './upload-records.js';

export interface BeginUploadCommand {
  readonly imageId: string;
  /** How many will have been sent at the end; at least 1. */
  readonly bytes: bigint;
  /** Where the data is to go; null: the default store. */
  readonly storeId: string | null;
}

/** Opens an upload that survives its requests; its bytes are set aside in the quotas from now on. */
@Injectable()
export class BeginUpload {
  constructor(
    @Inject(VisibleImages) private readonly visible: VisibleImages,
    @Inject(TargetStores) private readonly targets: TargetStores,
    @Inject(UploadArea) private readonly area: UploadArea,
    @Inject(UploadRecords) private readonly records: UploadRecords,
  ) {}

  /**
   * @throws ImageNotFound, ImageNotOwned, UploadConflict, FormatsUnset, ImageDataTooLarge, Conflict for the store
   * @throws ImageBytesExceeded, StagedBytesExceeded, UploadCountExceeded
   */
  async execute(command: BeginUploadCommand, principal: Principal): Promise<OpenUpload> {
    const { bytes, storeId: headerStoreId } = command;
    const image = await this.visible.get(command.imageId, principal);
    image.requireChangeableBy(principal);
    image.requireUploadable();
    this.area.requireWithinCap(bytes);
    const wishes = { storeIds: null, headerStoreId, allStores: false, mustAllSucceed: null };
    const targetStoreIds = await this.targets.choose(wishes, 'glance-direct', image);
    const id = { imageId: image.attributes.id, uploadId: randomUUID() };
    const place = this.area.newPlace(id.imageId);
    const state = await this.records.begin({ ...id, bytes, place, targetStoreIds });
    return { image, id, state };
  }
}
