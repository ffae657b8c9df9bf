import type { SchemaObject } from '@nestjs/swagger';
import { instant, objectOf, pageOf } from '../../api/http/openapi-schemas.js';
import type { PageLinks } from '../../api/http/page-links.js';
import { InvalidRequest } from '../../kernel/errors.js';
import type { TokenDenial } from '../domain/denied-token.js';

const MAX_TEXT = 1024;

const claim = (description: string): SchemaObject => ({
  type: 'string',
  minLength: 1,
  maxLength: MAX_TEXT,
  description,
});
const issuer = claim('The claim `iss`, to the letter');
/** One of the first two. */
const whose = {
  token_id: claim('The claim `jti` of one token'),
  subject: claim('The claim `sub`: all of a user'),
  issued_until: {
    ...instant,
    description: 'With `subject`: those with an `iat` until then; now, unless given',
  },
};

export const denialRequestSchema: SchemaObject = {
  ...objectOf({ issuer }, whose),
  additionalProperties: false,
  example: { issuer: 'https://id.example.org', subject: '248289761001' },
};

export const denialSchema: SchemaObject = {
  title: 'DeniedToken',
  ...objectOf({ id: { type: 'string' }, issuer, created_at: instant }, whose),
};

export const denialListSchema = pageOf('denied_tokens', denialSchema);

export function toDenialDocument({ id, issuer, tokens, createdAt }: TokenDenial): object {
  return {
    id,
    issuer,
    ...('tokenId' in tokens
      ? { token_id: tokens.tokenId }
      : { subject: tokens.subject, issued_until: tokens.issuedUntil.toISOString() }),
    created_at: createdAt.toISOString(),
  };
}

export const toDenialListDocument = (
  denials: readonly TokenDenial[],
  { first, next }: PageLinks,
): object => ({
  denied_tokens: denials.map(toDenialDocument),
  first,
  ...(next !== null && { next }),
});

/** @throws InvalidRequest unless it names an issuer and either a token or a user */
export function parseDenial(body: unknown): Pick<TokenDenial, 'issuer' | 'tokens'> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidRequest('The request body must be a JSON object.');
  }
  const members = body as Record<string, unknown>;
  const { token_id: tokenId, subject, issued_until: until, issuer, ...unknown } = members;
  const isOne = (tokenId === undefined) !== (subject === undefined);
  const isMisplaced = until !== undefined && subject === undefined;
  if (!isOne || isMisplaced || Object.keys(unknown).length > 0) {
    throw new InvalidRequest(
      "The request body takes 'issuer' and either 'token_id', or 'subject' and perhaps 'issued_until'.",
    );
  }
  const tokens =
    tokenId === undefined
      ? { subject: text(subject, 'subject'), issuedUntil: moment(until) }
      : { tokenId: text(tokenId, 'token_id') };
  return { issuer: text(issuer, 'issuer'), tokens };
}

function text(value: unknown, name: string): string {
  const isText = typeof value === 'string' && value !== '' && value.length <= MAX_TEXT;
  if (isText && !value.includes('\u0000')) return value;
  throw new InvalidRequest(`'${name}' must be a text of 1 to ${MAX_TEXT} characters.`);
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/;

function moment(value: unknown): Date {
  if (value === undefined) return new Date();
  const parsed = typeof value === 'string' && RFC_3339.test(value) ? new Date(value) : null;
  if (parsed !== null && !Number.isNaN(parsed.getTime())) return parsed;
  throw new InvalidRequest("'issued_until' must be a moment such as 2026-11-22T08:00:00Z.");
}
