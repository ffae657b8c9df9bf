import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { RawRequest } from '../../api/http/body-presence.js';
import { JsonBodyPipe } from '../../api/http/json-body.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import type { ImageChange } from '../domain/image-change.js';
import { ImageSchema } from './image-schema.js';
import { parseImagePatch, patchGrammarOf } from './image-patch.js';

@Injectable()
class ImagePatchPipe extends JsonBodyPipe {
  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(ImageSchema) private readonly schema: ImageSchema,
  ) {
    super(config);
  }

  override async transform(request: IncomingMessage): Promise<ImageChange[]> {
    const grammar = patchGrammarOf(request.headers['content-type']);
    return parseImagePatch(await super.transform(request), grammar, this.schema);
  }
}

/** The body of a PATCH as changes; its media type is judged before a byte is read. */
export const ImagePatch = (): ParameterDecorator => RawRequest(ImagePatchPipe);
