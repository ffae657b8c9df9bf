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
    ifMatch: parseTags(headers['if-match'], 'strong'),
    ifNoneMatch: parseTags(headers['if-none-match'], 'weak'),
  };
}

/** The preconditions of the request. */
export const RequestPreconditions = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Preconditions =>
    preconditionsOf(context.switchToHttp().getRequest<{ headers: IncomingHttpHeaders }>().headers),
);

/** Is the resource, with this entity tag, in a state that the request may change? */
export function allowsChange(preconditions: Preconditions, tag: string): boolean {
  return isMatched(preconditions, tag) && !isNotModified(preconditions, tag);
}

/** Is the resource in the state that `If-Match` names, if it names any? */
export function isMatched({ ifMatch }: Preconditions, tag: string): boolean {
  return ifMatch === null || includes(ifMatch, tag);
}

/** Does the client have this state already, so that 304 says all? */
export function isNotModified({ ifNoneMatch }: Preconditions, tag: string): boolean {
  return ifNoneMatch !== null && includes(ifNoneMatch, tag);
}

const includes = (tags: EntityTags, tag: string): boolean => tags === '*' || tags.has(tag);

type Comparison = 'strong' | 'weak';

/** Compared strongly, `W/"3"` matches nothing; weakly it names the same version as `"3"`. */
function parseTags(header: string | undefined, comparison: Comparison): EntityTags | null {
  if (header === undefined) return null;
  if (header.trim() === '*') return '*';
  const tags = header.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return new Set(comparison === 'strong' ? tags : tags.map((tag) => tag.replace(/^W\//, '')));
}
