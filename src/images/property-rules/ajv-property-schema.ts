import { Ajv, type ValidateFunction } from 'ajv';
import { readFileSync } from 'node:fs';
import { ConfigError } from '../../platform/config/config.js';
import { InvalidRequest, quote } from '../../kernel/errors.js';
import { PropertySchema } from '../application/ports/property-schema.js';
import { DEFAULT_PROPERTIES } from './default-properties.js';

type Definition = Readonly<Record<string, unknown>>;

/**
 * {@link PropertySchema} from JSON schemas. A definition with `"required": true` must be given when an image
 * is created; that member is ours and not shown.
 */
export class AjvPropertySchema extends PropertySchema {
  readonly definitions: Readonly<Record<string, object>>;
  private readonly validators: ReadonlyMap<string, ValidateFunction>;
  private readonly required: readonly string[];

  constructor(definitions: Readonly<Record<string, Definition>>) {
    super();
    const ajv = new Ajv({ strict: false });
    const entries = Object.entries(definitions).map(([name, { required, ...schema }]) => ({
      name,
      isRequired: required === true,
      schema,
    }));
    this.definitions = Object.fromEntries(
      entries.map(({ name, schema }) => [name, { ...schema, is_base: false }]),
    );
    this.validators = new Map(entries.map(({ name, schema }) => [name, ajv.compile(schema)]));
    this.required = entries.filter((entry) => entry.isRequired).map(({ name }) => name);
  }

  override check(name: string, value: unknown): void {
    const validate = this.validators.get(name);
    const isValid = validate === undefined ? typeof value === 'string' : validate(value);
    if (isValid) return;
    const reason = validate?.errors?.[0]?.message ?? 'must be string';
    throw new InvalidRequest(`Property ${quote(name)} ${reason}.`);
  }

  override requireComplete(names: readonly string[]): void {
    const missing = this.required.find((name) => !names.includes(name));
    if (missing !== undefined) throw new InvalidRequest(`Property ${quote(missing)} is required.`);
  }
}

/** The operator's `schema-image.json`, or the definitions of the reference. @throws ConfigError */
export function loadPropertySchema(path: string | null): AjvPropertySchema {
  if (path === null) return new AjvPropertySchema(DEFAULT_PROPERTIES);
  try {
    return new AjvPropertySchema(
      JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, Definition>>,
    );
  } catch (error) {
    throw new ConfigError(`CATALOG_IMAGE_SCHEMA_FILE: ${path} holds no JSON schemas by name.`, {
      cause: error,
    });
  }
}
