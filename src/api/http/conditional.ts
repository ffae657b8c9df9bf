import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';

/** What `If-Match` and `If-None-Match` ask for (RFC 9110, 13.1). */
export interface Preconditions {
  /** Null: not sent. */
  readonly ifMatch: EntityTags | null;
  readonly ifNoneMatch: EntityTags | null;
}

type EntityTags = '*' | ReadonlySet<string>;

/** The strong entity tag of a version of a resource. */
export const entityTag = (version: number): string => `"${version}"`;

export function preconditionsOf(headers: IncomingHttpHeaders): Preconditions {
  return {
    ifMatch: parseTags(headers['if-match']),
    ifNoneMatch: parseTags(headers['if-none-match']),
  };
}

/** The preconditions of the request. */
export const RequestPreconditions = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Preconditions =>
    preconditionsOf(context.switchToHttp().getRequest<{ headers: IncomingHttpHeaders }>().headers),
);

/** Is the resource, with this entity tag, in a state that the request may change? */
export function allowsChange(preconditions: Preconditions, tag: string): boolean {
  const { ifMatch, ifNoneMatch } = preconditions;
  if (ifMatch !== null && !includes(ifMatch, tag)) return false;
  return ifNoneMatch === null || !includes(ifNoneMatch, tag);
}

/** Does the client have this state already, so that 304 says all? */
export function isNotModified({ ifNoneMatch }: Preconditions, tag: string): boolean {
  return ifNoneMatch !== null && includes(ifNoneMatch, tag);
}

const includes = (tags: EntityTags, tag: string): boolean => tags === '*' || tags.has(tag);

function parseTags(header: string | undefined): EntityTags | null {
  if (header === undefined) return null;
  if (header.trim() === '*') return '*';
  // A weak tag never matches strongly for writing; for reading `W/"3"` names the same version.
  return new Set(header.match(/"[^"]*"/g) ?? []);
}
