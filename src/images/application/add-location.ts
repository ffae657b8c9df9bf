import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Forbidden } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import { isService, mayAddLocation } from '../domain/image-access.js';
import {
  applyLocationChange,
  LocationConflict,
  type LocationChange,
  type ValidationData,
} from '../domain/image-locations.js';
import { signatureOf } from '../domain/image-signature.js';
import type { Image } from '../domain/image.js';
import { ImageNotOwned } from '../domain/image.errors.js';
import type { NewTask, TaskPlan } from '../domain/image-task.js';
import { ImageEditor } from './image-editor.js';
import { ImportWorker } from './imports/import-worker.js';
import { ImageDataRepository, type LocationsUpdate } from './ports/image-data.repository.js';
import { RemoteLocations, type Sizes } from './remote-locations.js';

export interface AddLocationCommand {
  readonly imageId: string;
  readonly url: string;
  readonly validation: ValidationData | null;
  readonly requestId: string;
}

/**
 * Makes data that lies elsewhere the data of a queued image (image-v2 2.16). What is said or signed about the bytes
 * is checked by a task first; otherwise the image is active at once, and a task computes its hashes afterwards.
 */
@Injectable()
export class AddLocation {
  constructor(
    @Inject(ImageEditor) private readonly editor: ImageEditor,
    @Inject(ImageDataRepository) private readonly data: ImageDataRepository,
    @Inject(RemoteLocations) private readonly remote: RemoteLocations,
    @Inject(ImportWorker) private readonly worker: ImportWorker,
  ) {}

  /**
   * @throws ImageNotFound, LocationConflict, ImageNotOwned; Forbidden for a URL that users may not give
   * @throws InvalidRequest for other URLs, ImageSignatureRefused, FormatsUnset; ImageBytesExceeded, UploadCountExceeded
   */
  async execute(command: AddLocationCommand, principal: Principal): Promise<void> {
    const change: LocationChange = {
      kind: 'add-location',
      index: null,
      location: { url: command.url, metadata: {}, validation: command.validation },
    };
    let sizes: Sizes = new Map();
    await this.editor.attempt(command.imageId, principal, async (before) => {
      this.requireAddable(before, command.url, principal);
      sizes = await this.remote.measure([change], sizes);
      const deployment = this.remote.rulesFor(principal, sizes);
      // Callers choose the algorithm here.
      const { hashAlgorithm } = command.validation ?? deployment;
      const rules = { ...deployment, hashAlgorithm };
      const { attributes } = before;
      const located = applyLocationChange({ attributes, locations: [] }, change, rules);
      const after = before.next(located.attributes, new Date());
      const plan = this.planFor(before, command, hashAlgorithm);
      const task = plan === null ? null : taskFor(before, plan, { command, principal });
      const update = this.updateOf(command.url, { before, after, task });
      return (await this.data.replaceLocations(update, this.remote.quotas)) ? after : null;
    });
    this.worker.wake();
  }

  /** The state comes before the owner here (image-v2 5.3). */
  private requireAddable({ attributes }: Image, url: string, principal: Principal): void {
    const { status, owner } = attributes;
    if (status !== 'queued') throw new LocationConflict(status);
    if (!mayAddLocation(principal, owner)) throw new ImageNotOwned();
    if (!this.remote.serves(url) && !isService(principal)) {
      throw new Forbidden('Locations of this kind cannot be added.');
    }
  }

  /** A signature holds for bytes that somebody has read. */
  private planFor(
    { attributes }: Image,
    { imageId, url, validation }: AddLocationCommand,
    hashAlgorithm: string,
  ): TaskPlan | null {
    const isSigned = signatureOf(attributes.properties) !== null;
    if (!this.remote.isHashed && !isSigned) return null;
    if (validation === null && !isSigned) return { method: 'hash-data', hashAlgorithm };
    const hashValue = validation?.hashValue ?? null;
    const { storeId } = this.remote.place(imageId, url);
    return { method: 'add-location', storeId, url, hashAlgorithm, hashValue };
  }

  /** What has to be checked first is no location yet: the image is importing, and its task knows the place. */
  private updateOf(
    url: string,
    { before, after, task }: Pick<LocationsUpdate, 'before' | 'after' | 'task'>,
  ): LocationsUpdate {
    const common = { before, task, newBytes: after.attributes.size, removals: [] };
    if (task?.plan.method !== 'add-location') {
      const location = this.remote.place(before.attributes.id, url);
      return { ...common, after, locations: [location] };
    }
    const importing = before.next({ ...before.attributes, status: 'importing' }, new Date());
    return { ...common, after: importing, locations: [] };
  }
}

/** Its input does not name the place: tasks are shown to those whom locations are hidden from (S-32). */
function taskFor(
  { attributes }: Image,
  plan: TaskPlan,
  { command, principal }: { readonly command: AddLocationCommand; readonly principal: Principal },
): NewTask {
  const { validation, requestId } = command;
  const said = validation && {
    os_hash_algo: validation.hashAlgorithm,
    os_hash_value: validation.hashValue,
  };
  return {
    id: randomUUID(),
    type: 'location_import',
    imageId: attributes.id,
    owner: principal.tenantId,
    userId: principal.userId,
    requestId,
    input: said === null ? {} : { validation_data: said },
    plan,
  };
}
