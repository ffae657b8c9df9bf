import type { SchemaObject } from '@nestjs/swagger';
import type { PageLinks } from '../../api/http/page-links.js';
import { InvalidRequest } from '../../kernel/errors.js';
import type { TokenDenial } from '../domain/denied-token.js';

const MAX_TEXT = 1024;

const claims: SchemaObject['properties'] = {
  issuer: { type: 'string', maxLength: MAX_TEXT, description: 'The claim `iss`, to the letter' },
  token_id: { type: 'string', maxLength: MAX_TEXT, description: 'The claim `jti` of one token' },
  subject: { type: 'string', maxLength: MAX_TEXT, description: 'The claim `sub`: all of a user' },
  issued_until: {
    type: 'string',
    format: 'date-time',
    description: 'With `subject`: those with an `iat` until then; now, unless given',
  },
};

export const denialRequestSchema: SchemaObject = {
  type: 'object',
  additionalProperties: false,
  required: ['issuer'],
  properties: claims,
  example: { issuer: 'https://id.example.org', subject: '248289761001' },
};

export const denialSchema: SchemaObject = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    ...claims,
    created_at: { type: 'string', format: 'date-time' },
  },
};

export const denialListSchema: SchemaObject = {
  type: 'object',
  properties: {
    denied_tokens: { type: 'array', items: denialSchema },
    first: { type: 'string' },
    next: { type: 'string', description: 'Absent behind the last page' },
  },
};

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
