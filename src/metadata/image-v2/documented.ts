import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, type SchemaObject } from '@nestjs/swagger';
import { Fails } from '../../api/http/openapi.js';
import { json } from '../../api/http/openapi-schemas.js';
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

interface Json {
  readonly schema: SchemaObject;
  readonly example: JsonSchema;
}

interface Documentation {
  readonly operationId: string;
  readonly summary: string;
  readonly success: {
    readonly status: number;
    readonly description: string;
    /** Absent where there is no body. */
    readonly content?: Json;
  };
  readonly errors: readonly (keyof typeof MEANINGS)[];
  readonly body?: Json;
}

/** The whole OpenAPI description of an operation. */
export function Documented(documentation: Documentation): MethodDecorator {
  const { operationId, summary, success, errors, body } = documentation;
  const { status, description, content } = success;
  return applyDecorators(
    ApiOperation({ operationId, summary }),
    ApiResponse({
      status,
      description,
      ...(content && { content: json(content.schema, content.example) }),
    }),
    Fails(...errors.map((code) => [code, MEANINGS[code]] as const)),
    ...(body === undefined
      ? []
      : [ApiBody({ schema: body.schema, examples: { typical: { value: body.example } } })]),
  );
}
