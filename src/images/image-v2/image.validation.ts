import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { InvalidRequest, quote } from '../../kernel/errors.js';
import { imageProperties, imageSchema } from './image.schema.js';

const ajv = new Ajv({ allErrors: false, strict: false });
const { additionalProperties } = imageSchema;
const validateDocument = ajv.compile({
  type: 'object',
  properties: imageProperties,
  additionalProperties,
});
const validateProperty = ajv.compile(additionalProperties);
const validatorsByName = new Map<string, ValidateFunction>(
  Object.entries(imageProperties).map(([name, schema]) => [name, ajv.compile(schema)]),
);

/** Checks a whole image document against the image schema. @throws InvalidRequest */
export function requireImageDocument(body: unknown): asserts body is Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidRequest('The request body must be a JSON object.');
  }
  if (!validateDocument(body)) throw brokenSchema(validateDocument.errors, '');
}

/** Checks the value of one field against the image schema. @throws InvalidRequest */
export function requireImageValue(name: string, value: unknown): void {
  const validate = validatorsByName.get(name) ?? validateProperty;
  if (!validate(value)) throw brokenSchema(validate.errors, `/${name}`);
}

function brokenSchema(errors: ErrorObject[] | null | undefined, base: string): InvalidRequest {
  const [error] = errors ?? [];
  const where = quote(`${base}${error?.instancePath ?? ''}`.slice(1));
  const allowed = error?.params['allowedValues'] as unknown[] | undefined;
  const detail = allowed === undefined ? '' : `: ${allowed.join(', ')}`;
  return new InvalidRequest(`Field ${where} ${error?.message ?? 'is invalid'}${detail}.`);
}
