import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { operationsOf } from '../../../src/platform/openapi/operations.js';
import { startTestApp, type TestApp } from '../../support/app.js';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

interface Answer {
  readonly name: string;
  readonly status: string;
  readonly content:
    Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>> | undefined;
}

/** What these say is in the status and the headers alone; 202 has a body where it is documented. */
const EMPTY = new Set(['202', '204', '304', '307']);
const EMPTY_TOO = ['POST /v2/images/{image_id}/uploads 201', 'POST /v2/cache/clean 200'];

const partsOf = ({ allOf, anyOf, oneOf }: Schema): readonly Schema[] =>
  [allOf, anyOf, oneOf].flatMap((each) => each ?? []);

/** Says no more than that there is something, an object or a list. */
function isVague(schema: Schema): boolean {
  const { type, properties, additionalProperties, items } = schema;
  if (type === 'array') return items === undefined;
  if (type !== 'object') return Object.keys(schema).length === 0;
  const isBare = properties === undefined && additionalProperties === undefined;
  return isBare && partsOf(schema).length === 0;
}

/** The schemas within a schema, by where they are. */
function inside(schema: Schema): readonly (readonly [place: string, schema: Schema])[] {
  const { properties = {}, additionalProperties: others, items } = schema;
  return [
    ...Object.entries(properties),
    ...partsOf(schema).entries(),
    ...(items ? [['[]', items] as const] : []),
    ...(typeof others === 'object' ? [['{}', others] as const] : []),
  ].map(([place, each]) => [String(place), each]);
}

describe('The answers in the OpenAPI document', () => {
  let app: TestApp;
  let components: Readonly<Record<string, Schema>>;
  let answers: readonly Answer[];

  beforeAll(async () => {
    app = await startTestApp();
    const document: OpenAPIObject = (await app.request('GET', '/docs-json')).body;
    components = document.components?.schemas as Record<string, Schema>;
    answers = operationsOf(document)
      .filter(({ method }) => method !== 'head')
      .flatMap(({ method, path, operation }) =>
        Object.entries(operation.responses).map(([status, response]) => ({
          name: `${method.toUpperCase()} ${path} ${status}`,
          status,
          content: (response as Pick<Answer, 'content'>).content,
        })),
      );
  });
  afterAll(async () => {
    await app.close();
  });

  const resolve = (schema: Schema): Schema =>
    components[schema.$ref?.replace('#/components/schemas/', '') ?? ''] ?? schema;

  const gaps = (given: Schema, path: string): string[] => {
    const schema = resolve(given);
    if (isVague(schema)) return [path];
    return inside(schema).flatMap(([name, each]) => gaps(each, `${path} ${name}`));
  };

  const isJson = (type: string): boolean => /\bjson$/.test(type);

  it('have a body, unless they are known to have none', () => {
    const silent = answers.filter(({ status, content }) => !content && !EMPTY.has(status));
    expect(silent.map(({ name }) => name)).toEqual(EMPTY_TOO);
  });

  it('tell everything that is in a body of JSON', () => {
    const vague = answers.flatMap(({ name, content = {} }) =>
      Object.entries(content)
        .filter(([type]) => isJson(type))
        .flatMap(([, { schema = {} }]) => gaps(schema, name)),
    );
    expect(vague).toEqual([]);
  });

  it('tell what is always in a body of JSON', () => {
    const unsure = answers.filter(({ content = {} }) =>
      Object.entries(content).some(([type, { schema = {} }]) => {
        const { properties, required } = resolve(schema);
        return isJson(type) && properties !== undefined && required === undefined;
      }),
    );
    expect(unsure.map(({ name }) => name)).toEqual([]);
  });

  it('are as their examples', () => {
    const ajv = new Ajv({ strict: false });
    addFormats.default(ajv);
    const wrong = answers.flatMap(({ name, content = {} }) =>
      Object.values(content)
        .filter(({ schema, example }) => schema !== undefined && example !== undefined)
        .filter(({ schema, example }) => {
          const definitions = { components: { schemas: components } };
          return !ajv.validate({ ...schema, ...definitions }, example);
        })
        .map(() => `${name}: ${ajv.errorsText()}`),
    );
    expect(wrong).toEqual([]);
  });
});
