import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { Fails } from '../../api/http/openapi.js';
import type { JsonSchema } from './schemas/json-schema.js';

export const TAG_OF_API = 'Image API v2: metadata definitions';

/** What errors mean on these routes, where it is more than anywhere else. */
const MEANINGS = {
  400: 'The request is malformed or breaks the published schema.',
  403: 'The caller may not do this, names a read-only attribute, or the namespace is protected.',
  404: 'There is no such thing, or none that the caller may see.',
  409: 'The name is taken.',
  413: 'The body is too large, or the namespace would hold too many definitions.',
} as const;

interface Documentation {
  readonly operationId: string;
  readonly summary: string;
  readonly success: {
    readonly status: number;
    readonly description: string;
    readonly example?: unknown;
  };
  readonly errors: readonly (keyof typeof MEANINGS)[];
  /** An example of the body; its schema is published by the service itself. */
  readonly body?: JsonSchema;
}

/** The whole OpenAPI description of an operation. */
export function Documented(documentation: Documentation): MethodDecorator {
  const { operationId, summary, success, errors, body } = documentation;
  const { status, description, example } = success;
  const content = { 'application/json': { schema: { type: 'object' }, example } };
  return applyDecorators(
    ApiOperation({ operationId, summary }),
    ApiResponse({ status, description, ...(example !== undefined && { content }) }),
    Fails(...errors.map((code) => [code, MEANINGS[code]] as const)),
    ...(body === undefined ? [] : [ApiBody({ schema: { type: 'object', example: body } })]),
  );
}
