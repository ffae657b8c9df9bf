import { Inject, Injectable } from '@nestjs/common';
import { Forbidden } from '../../../kernel/errors.js';
import type { Principal } from '../../../kernel/principal.js';
import type { ImportMethod } from '../../domain/image-import.js';
import type { Image } from '../../domain/image.js';
import { remoteAddressOf } from '../../domain/remote-image.js';
import type { NewImport } from '../ports/image-import.repository.js';
import { VisibleImages } from '../visible-images.js';
import { ImportOrigins, type NamedOrigin } from './import-origins.js';
import { ImportQueue } from './import-queue.js';
import { TargetStores, type StoreWishes } from './target-stores.js';

export interface ImportImageCommand extends StoreWishes, NamedOrigin {
  readonly imageId: string;
  readonly methodName: string;
  readonly requestId: string;
  readonly type: NewImport['type'];
  /** What was asked for, as the task will show it. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Asks for an import: everything that can be refused is refused here, and the rest is a task. */
@Injectable()
export class ImportImage {
  constructor(
    @Inject(ImportOrigins) private readonly origins: ImportOrigins,
    @Inject(VisibleImages) private readonly visible: VisibleImages,
    @Inject(TargetStores) private readonly targets: TargetStores,
    @Inject(ImportQueue) private readonly queue: ImportQueue,
  ) {}

  /**
   * @returns the id of the task; null when there was nothing left to copy
   * @throws ImportMethodNotOffered, ImageNotFound, ImportConflict, FormatsUnsetForImport, ImageNotOwned
   * @throws Conflict for an unknown store, ImportLocked; InvalidRequest for what else is wrong with the request
   * @throws ImageBytesExceeded, UploadCountExceeded
   */
  async execute(command: ImportImageCommand, principal: Principal): Promise<string | null> {
    const method = this.origins.methodOf(command.methodName);
    const image = await this.visible.get(command.imageId, principal);
    // The state comes before the owner here (image-v2 5.3).
    image.requireImportable(method);
    // And so does what names the image of another region.
    if (method === 'glance-download') remoteAddressOf(command.remote);
    requirePermission(image, method, principal);
    const storeIds = await this.targets.choose(command, method, image);
    if (storeIds.length === 0) return null;
    const origin = await this.origins.find(command, method, { image, principal });
    const plan = { method, ...origin, storeIds, mustAllSucceed: command.mustAllSucceed ?? true };
    const { requestId, input, type } = command;
    const { userId, tenantId: owner } = principal;
    const imageId = image.attributes.id;
    return this.queue.add({ type, imageId, owner, userId, requestId, input, plan });
  }
}

/** @throws ImageNotOwned, Forbidden */
function requirePermission(image: Image, method: ImportMethod, principal: Principal): void {
  if (method !== 'copy-image') image.requireChangeableBy(principal);
  else if (!principal.isAdmin) throw new Forbidden();
}
