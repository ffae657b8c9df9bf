import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { RawRequest } from '../../api/http/body-presence.js';
import { JsonBodyPipe } from '../../api/http/json-body.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import type { CreateImageCommand } from '../application/create-image.js';
import { parseCreateImage } from './create-image.request.js';
import { ImageSchema } from './image-schema.js';

@Injectable()
class NewImagePipe extends JsonBodyPipe {
  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(ImageSchema) private readonly schema: ImageSchema,
  ) {
    super(config);
  }

  override async transform(request: IncomingMessage): Promise<CreateImageCommand> {
    return parseCreateImage(await super.transform(request), this.schema);
  }
}

/** The body of a request that makes an image. */
export const NewImage = (): ParameterDecorator => RawRequest(NewImagePipe);
