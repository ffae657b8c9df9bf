import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { RawRequest } from '../../api/http/body-presence.js';
import { JsonBodyPipe } from '../../api/http/json-body.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { ImageSchema } from './image-schema.js';
import { parseImagePatch, patchGrammarOf, type PatchChange } from './image-patch.js';

@Injectable()
class ImagePatchPipe extends JsonBodyPipe {
  constructor(
    @Inject(CONFIG) private readonly settings: Config,
    @Inject(ImageSchema) private readonly schema: ImageSchema,
  ) {
    super(settings);
  }

  override async transform(request: IncomingMessage): Promise<PatchChange[]> {
    const grammar = patchGrammarOf(request.headers['content-type']);
    const showsLocations = this.settings.imageData.showLocations;
    const body = await super.transform(request);
    return parseImagePatch(body, { grammar, schema: this.schema, showsLocations });
  }
}

/** The body of a PATCH as changes; its media type is judged before a byte is read. */
export const ImagePatch = (): ParameterDecorator => RawRequest(ImagePatchPipe);
