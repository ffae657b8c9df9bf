import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsOf } from './operations.js';

type Operation = ReturnType<typeof operationsOf>[number]['operation'];
type Responses = Operation['responses'];
type Response = Exclude<NonNullable<Responses[string]>, { $ref: string }>;
type Content = NonNullable<Response['content']>;
type Schema = NonNullable<Content[string]['schema']>;

const text: Schema = { type: 'string' };

/** Image API section 8.1: the form follows `Accept`. */
const imageError: Schema = {
  type: 'object',
  required: ['message', 'code', 'title'],
  properties: { message: text, code: { type: 'string', example: '404 Not Found' }, title: text },
};

/** Also of every 401 in front of the other dialects. */
const identityError: Schema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'title', 'message'],
      properties: { code: { type: 'integer' }, title: text, message: text },
    },
  },
};

/** Compute API section 12: one key, such as `itemNotFound`, names the fault. */
const computeFault: Schema = {
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: {
    type: 'object',
    required: ['code', 'message'],
    properties: { code: { type: 'integer' }, message: text, retryAfter: text },
  },
};

const SCHEMAS = {
  ImageError: imageError,
  IdentityError: identityError,
  ComputeFault: computeFault,
};

const refer = (name: keyof typeof SCHEMAS): Schema => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: Schema): Content => ({ 'application/json': { schema } });

const IDENTITY = json(refer('IdentityError'));
const COMPUTE = json(refer('ComputeFault'));
/** Rackspace's form of the identity names its faults as Compute does. */
const EITHER = json({ anyOf: [refer('IdentityError'), refer('ComputeFault')] });
const IMAGE: Content = {
  ...json(refer('ImageError')),
  'text/html': { schema: text },
  'text/plain': { schema: text },
};

const FORMS: readonly (readonly [paths: RegExp, content: Content])[] = [
  [/^\/(v2(\/|$)|versions$|$)/, IMAGE],
  [/^\/(v2\.1|compute)(\/|$)/, COMPUTE],
  [/^\/identity\/v2\.0/, EITHER],
];

/** What any operation answers to a client that asks too often, for what cannot be, or with a body that does not arrive. */
function commonErrors(path: string, operation: Operation): Responses {
  const common = (description: string) => ({ description, 'x-everywhere': true });
  const isGuarded = operation.responses[401] !== undefined;
  return {
    ...(isGuarded && { 403: common('The tenant is suspended.') }),
    ...(path.includes('{') && { 404: common('Nothing can have such a name or id.') }),
    ...(operation.requestBody !== undefined && { 408: common('The body did not arrive in time.') }),
    429: common('Asked too often; `Retry-After` tells when to try again.'),
  };
}

/** Says how the body of an error looks that its operation documents by status alone: by the dialect of the path. */
export function describeErrors(document: OpenAPIObject): void {
  const { components } = document;
  document.components = { ...components, schemas: { ...components?.schemas, ...SCHEMAS } };
  for (const { path, method, operation } of operationsOf(document)) {
    if (method === 'head') continue;
    const form = FORMS.find(([paths]) => paths.test(path))?.[1] ?? IDENTITY;
    operation.responses = Object.fromEntries(
      Object.entries({ ...commonErrors(path, operation), ...operation.responses }).map(
        ([status, response]) => [
          status,
          Number(status) >= 400 && response !== undefined && !('$ref' in response)
            ? { content: status === '401' && form !== EITHER ? IDENTITY : form, ...response }
            : response,
        ],
      ),
    );
  }
}
