import type { SchemaObject } from '@nestjs/swagger';
import { instant, listOf, objectOf, text } from '../../api/http/openapi-schemas.js';
import { InvalidRequest } from '../../kernel/errors.js';
import type { SigningKeyInfo } from '../application/ports/signing-keys.js';

export const rotationSchema: SchemaObject = {
  type: 'object',
  additionalProperties: false,
  properties: { forget_others: { type: 'boolean', default: false } },
  example: { forget_others: false },
};

export const signingKeysSchema = objectOf({
  signing_keys: listOf({
    title: 'SigningKey',
    ...objectOf({
      id: text,
      created_at: instant,
      is_signing: { type: 'boolean', description: 'New tokens are signed with it' },
    }),
  }),
});

export function toSigningKeysDocument(keys: readonly SigningKeyInfo[]): object {
  return {
    signing_keys: keys.map(({ id, createdAt, isSigning }) => ({
      id,
      created_at: createdAt.toISOString(),
      is_signing: isSigning,
    })),
  };
}

/** @returns whether the other keys are to be forgotten. @throws InvalidRequest */
export function parseRotation(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidRequest('The request body must be a JSON object.');
  }
  const { forget_others: forgetOthers = false, ...unknown } = body as Record<string, unknown>;
  if (typeof forgetOthers !== 'boolean' || Object.keys(unknown).length > 0) {
    throw new InvalidRequest("The request body takes one member, the boolean 'forget_others'.");
  }
  return forgetOthers;
}
