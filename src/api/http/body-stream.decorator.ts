import { Inject, Injectable, type PipeTransform } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { DomainError, InvalidRequest } from '../../kernel/errors.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { RawRequest } from './body-presence.js';
import { inviteBody } from './expect-continue.js';
import { timelyChunks } from './timely-chunks.js';

const OCTET_STREAM = 'application/octet-stream';
const DIGITS = /^\d{1,19}$/;

/** The bytes of a request as they arrive. Nothing is read before the iteration starts. */
export interface IncomingBytes {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** What the client says will come; null when it does not. Not to be trusted. */
  readonly declaredBytes: bigint | null;
}

/** The client went away or fell silent before it had sent everything. */
export class BodyIncomplete extends DomainError {
  constructor(cause?: unknown) {
    super('timeout', 'body-incomplete', 'The request body did not arrive completely.', {
      cause,
      headers: { Connection: 'close' },
    });
  }
}

/** Judges the headers of an upload: media type, coding, declared size. */
@Injectable()
class BodyStreamPipe implements PipeTransform<IncomingMessage, IncomingBytes> {
  protected readonly mediaType: string = OCTET_STREAM;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** @throws a 415 error for anything but plain octets, InvalidRequest for a bad size */
  transform(request: IncomingMessage): IncomingBytes {
    requireOctets(request, this.mediaType);
    const silenceMs = this.config.http.uploadSilenceSeconds * 1000;
    return { chunks: chunksOf(request, silenceMs), declaredBytes: declaredBytesOf(request) };
  }
}

@Injectable()
class OffsetStreamPipe extends BodyStreamPipe {
  protected override readonly mediaType = 'application/offset+octet-stream';
}

/** The unread bytes of the request: `@BodyStream() body: IncomingBytes`. */
export const BodyStream = (): ParameterDecorator => RawRequest(BodyStreamPipe);

/** The same for bytes that continue others, as tus calls them. */
export const OffsetStream = (): ParameterDecorator => RawRequest(OffsetStreamPipe);

function requireOctets({ headers }: IncomingMessage, mediaType: string): void {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== mediaType) {
    throw unsupported('content-type', `The content type must be ${mediaType}.`);
  }
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (coding !== 'identity') {
    throw unsupported('content-encoding', 'The body must not be encoded.');
  }
}

const unsupported = (code: string, message: string): DomainError =>
  new DomainError('unsupported-media', code, message);

/** Image API 2.8: `x-openstack-image-size` overrides `Content-Length`; a 0 in it says nothing. */
function declaredBytesOf({ headers }: IncomingMessage): bigint | null {
  const given = headers['x-openstack-image-size'];
  if (given === undefined) {
    const length = headers['content-length'];
    return length === undefined ? null : BigInt(length);
  }
  if (typeof given !== 'string' || !DIGITS.test(given.trim())) {
    throw new InvalidRequest('The header x-openstack-image-size must be a whole number of bytes.');
  }
  const bytes = BigInt(given.trim());
  return bytes === 0n ? null : bytes;
}

/** Without a byte for `silenceMs`, a client is taken for gone (S-38). There is no limit on the whole. */
async function* chunksOf(request: IncomingMessage, silenceMs: number): AsyncGenerator<Uint8Array> {
  inviteBody(request);
  const error = () => new BodyIncomplete();
  try {
    yield* timelyChunks(request, { milliseconds: silenceMs, per: 'wait', error });
  } catch (cause) {
    throw cause instanceof DomainError ? cause : new BodyIncomplete(cause);
  }
}
