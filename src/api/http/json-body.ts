import { Inject, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { DomainError, InvalidRequest } from '../../kernel/errors.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { RawRequest, hasBody } from './body-presence.js';
import { inviteBody } from './expect-continue.js';
import { isStorableText } from './text-safety.js';
import { timelyChunks } from './timely-chunks.js';

const MAX_DEPTH = 64;
const MAX_MEMBERS = 1000;

/**
 * Reads the JSON body of the request, whatever its `Content-Type` says, after the guards have judged the
 * caller. Bounded in size, time, depth and members; text is storable and numbers are finite.
 */
@Injectable()
export class JsonBodyPipe implements PipeTransform<IncomingMessage, Promise<unknown>> {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** @throws InvalidRequest when the body is missing, not JSON, or breaks a bound; 413 when too large, 408 when too slow */
  async transform(request: IncomingMessage): Promise<unknown> {
    if (!hasBody(request)) throw new InvalidRequest('A JSON request body is required.');
    const { jsonBodyLimitBytes, jsonBodyTimeoutSeconds } = this.config.http;
    return readJson(request, { bytes: jsonBodyLimitBytes, seconds: jsonBodyTimeoutSeconds });
  }
}

export interface BodyLimits {
  readonly bytes: number;
  /** Until the whole body has arrived. */
  readonly seconds: number;
}

/** Reads a body that is there. @throws like {@link JsonBodyPipe} */
export async function readJson(request: IncomingMessage, limits: BodyLimits): Promise<unknown> {
  return parseJson(await readText(request, limits));
}

/** The parsed and bounded JSON body, of unknown shape: `@JsonBody() body: unknown`. More pipes may follow. */
export const JsonBody = (...pipes: (Type<PipeTransform> | PipeTransform)[]): ParameterDecorator =>
  RawRequest(JsonBodyPipe, ...pipes);

/** Parses text under the bounds of S-35, S-44 and S-45. @throws InvalidRequest */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidRequest('The request body is not valid JSON.', { cause: error });
  }
  checkBounds(value, 1);
  return value;
}

function checkBounds(value: unknown, depth: number): void {
  if (typeof value === 'string') {
    if (!isStorableText(value)) throw unbounded('text holds U+0000 or an unpaired surrogate');
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw unbounded('a number is out of range');
  } else if (typeof value === 'object' && value !== null) {
    if (depth > MAX_DEPTH) throw unbounded(`it is nested deeper than ${MAX_DEPTH} levels`);
    checkMembers(value, depth);
  }
}

function checkMembers(container: object, depth: number): void {
  const keys = Array.isArray(container) ? [] : Object.keys(container);
  const members: unknown[] = Object.values(container);
  if (members.length > MAX_MEMBERS) throw unbounded(`a level has more than ${MAX_MEMBERS} members`);
  if (!keys.every(isStorableText)) throw unbounded('a key holds U+0000 or an unpaired surrogate');
  for (const member of members) checkBounds(member, depth + 1);
}

const unbounded = (reason: string): InvalidRequest =>
  new InvalidRequest(`The request body is refused: ${reason}.`);

const tooLarge = (limit: number): DomainError =>
  new DomainError('too-large', 'body-too-large', `The request body is larger than ${limit} bytes.`);

/** @throws DomainError `body-too-large`, before a byte is read */
export function refuseDeclaredLength(request: IncomingMessage, limit: number): void {
  if (Number(request.headers['content-length'] ?? '0') > limit) throw tooLarge(limit);
}

async function readText(request: IncomingMessage, { bytes, seconds }: BodyLimits): Promise<string> {
  refuseDeclaredLength(request, bytes);
  inviteBody(request);
  const patience = { milliseconds: seconds * 1000, per: 'body', error: tooLate } as const;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of timelyChunks(request, patience)) {
    size += chunk.length;
    if (size > bytes) throw tooLarge(bytes);
    chunks.push(chunk);
  }
  return decode(Buffer.concat(chunks));
}

/** What is still missing could be taken for the next request: the connection is of no further use. */
const tooLate = (): DomainError =>
  new DomainError('timeout', 'body-timeout', 'The request body is incomplete.', {
    headers: { Connection: 'close' },
  });

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new InvalidRequest('The request body is not valid UTF-8.', { cause: error });
  }
}
