import { Injectable, type PipeTransform, type Type } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { RawRequest } from '../../api/http/body-presence.js';
import { JsonBodyPipe } from '../../api/http/json-body.js';
import { InvalidRequest } from '../../kernel/errors.js';

/** The Identity API takes JSON that is called JSON (identity B4). */
@Injectable()
class JsonContentTypePipe implements PipeTransform<IncomingMessage, IncomingMessage> {
  transform(request: IncomingMessage): IncomingMessage {
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
      throw new InvalidRequest('The Content-Type must be application/json.');
    }
    return request;
  }
}

/** The JSON body of a request to the Identity API, of unknown shape unless further pipes check it. */
export const IdentityBody = (
  ...pipes: (Type<PipeTransform> | PipeTransform)[]
): ParameterDecorator => RawRequest(JsonContentTypePipe, JsonBodyPipe, ...pipes);
