import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../../kernel/principal.js';
import type { ImageTask } from '../../domain/image-task.js';
import { CreateImage, type CreateImageCommand } from '../create-image.js';
import { ImportImage } from './import-image.js';
import { ImportMethods } from './import-methods.js';
import { ShowTasks } from './show-tasks.js';

export interface CreateImportTaskCommand {
  /** Where the data is to be fetched from. */
  readonly uri: string;
  readonly image: CreateImageCommand;
  readonly requestId: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * The deprecated way of importing: a new image, and a task that downloads its data. The image is there at once
 * and stays, queued, if the download fails.
 */
@Injectable()
export class CreateImportTask {
  constructor(
    @Inject(ImportMethods) private readonly methods: ImportMethods,
    @Inject(CreateImage) private readonly createImage: CreateImage,
    @Inject(ImportImage) private readonly importImage: ImportImage,
    @Inject(ShowTasks) private readonly tasks: ShowTasks,
  ) {}

  /** @throws ImportMethodNotOffered, InvalidRequest for the URI, or what making the image and importing throw */
  async execute(command: CreateImportTaskCommand, principal: Principal): Promise<ImageTask> {
    const { requestId, input } = command;
    const uri = await this.methods.requireDownload(command.uri);
    const { attributes } = await this.createImage.execute(command.image, principal);
    const taskId = await this.importImage.execute(
      {
        type: 'import',
        imageId: attributes.id,
        methodName: 'web-download',
        uri,
        remote: { region: null, imageId: null, serviceInterface: null },
        token: null,
        requestId,
        input,
        storeIds: null,
        headerStoreId: null,
        allStores: false,
        mustAllSucceed: null,
      },
      principal,
    );
    return this.tasks.show(taskId ?? '');
  }
}
