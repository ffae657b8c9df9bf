import { Inject, Injectable } from '@nestjs/common';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { InvalidRequest, quote } from '../../kernel/errors.js';
import { PropertySchema } from '../application/ports/property-schema.js';
import { imageLinks, imageProperties, imagesLinks } from './image.schema.js';

const ADDITIONAL = { type: 'string' } as const;

/**
 * The schema of images: the base fields and the operator's well-known properties. What `GET /v2/schemas/image`
 * shows is what requests are checked against.
 */
@Injectable()
export class ImageSchema {
  readonly image: object;
  readonly images: object;
  private readonly validatorsByName: ReadonlyMap<string, ValidateFunction>;

  constructor(@Inject(PropertySchema) private readonly propertySchema: PropertySchema) {
    const ajv = new Ajv({ strict: false });
    const properties = { ...imageProperties, ...propertySchema.definitions };
    this.image = { name: 'image', properties, additionalProperties: ADDITIONAL, links: imageLinks };
    this.images = {
      name: 'images',
      properties: {
        images: { type: 'array', items: this.image },
        first: { type: 'string' },
        next: { type: 'string' },
        schema: { type: 'string' },
      },
      links: imagesLinks,
    };
    this.validatorsByName = new Map(
      Object.entries(imageProperties).map(([name, schema]) => [name, ajv.compile(schema)]),
    );
  }

  /** @throws InvalidRequest */
  requireDocument(body: unknown): asserts body is Record<string, unknown> {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new InvalidRequest('The request body must be a JSON object.');
    }
    for (const [name, value] of Object.entries(body)) this.requireValue(name, value);
  }

  /** @throws InvalidRequest */
  requireValue(name: string, value: unknown): void {
    const validate = this.validatorsByName.get(name);
    if (validate === undefined) this.propertySchema.check(name, value);
    else if (!validate(value)) throw brokenSchema(name, validate.errors);
  }
}

function brokenSchema(
  name: string,
  errors: readonly ErrorObject[] | null | undefined,
): InvalidRequest {
  const [error] = errors ?? [];
  const where = quote(`${name}${error?.instancePath ?? ''}`);
  const allowed = error?.params['allowedValues'] as (string | null)[] | undefined;
  const detail =
    allowed === undefined ? '' : `: ${allowed.map((value) => value ?? 'null').join(', ')}`;
  return new InvalidRequest(`Field ${where} ${error?.message ?? 'is invalid'}${detail}.`);
}
