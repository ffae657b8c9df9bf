import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@readme/openapi-parser';
import { RouteTable } from '../../../src/api/http/route-table.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { keepDocument } from '../../support/observations.js';

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security?: readonly unknown[];
}

describe('The OpenAPI document at /docs-json', () => {
  let app: TestApp;
  let operations: readonly (readonly [name: string, operation: Operation])[];

  beforeAll(async () => {
    app = await startTestApp();
    const { body } = await app.request('GET', '/docs-json');
    keepDocument(body);
    const paths = Object.entries(body.paths as Record<string, Record<string, Operation>>);
    operations = paths.flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => method !== 'servers')
        .map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
    );
  });
  afterAll(async () => {
    await app.close();
  });

  it('is valid OpenAPI', async () => {
    const { body } = await app.request('GET', '/docs-json');
    const result = await validate(body);
    expect(result.valid ? [] : result.errors).toEqual([]);
  });

  it('gives every operation a summary, a tag, responses and an id of its own', () => {
    const incomplete = operations.filter(
      ([, { summary, tags, responses }]) =>
        summary === undefined || summary === '' || !tags?.length || !Object.keys(responses).length,
    );
    expect(incomplete.map(([name]) => name)).toEqual([]);
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('documents every route that takes a request', () => {
    const documented = new Set(operations.map(([name]) => name));
    const routes = app.app
      .get(RouteTable)
      .list()
      .flatMap(({ url, methods }) =>
        methods.map((method) => `${method} ${url.replaceAll(/:([A-Za-z_]+)/g, '{$1}')}`),
      )
      .filter((route) => !INTERNAL.test(route));
    expect(routes.filter((route) => !documented.has(route))).toEqual([]);
  });
});

/** Swagger UI's own files, and what version routing rewrites unknown paths to. */
const INTERNAL =
  /^\S+ \/(docs|image-choices|compute-choices|compute-version|v2$|.*-yaml)|^(HEAD|OPTIONS) /;

describe('The OpenAPI document behind an OpenID Connect issuer', () => {
  it('takes a bearer token wherever it takes X-Auth-Token', async () => {
    const issuer = { issuer: 'http://127.0.0.1:1', audiences: ['image-catalog'] };
    const app = await startTestApp({
      CATALOG_AUTH_MODES: 'embedded,oidc',
      CATALOG_OIDC_ISSUERS: JSON.stringify([issuer]),
    });
    const { body } = await app.request('GET', '/docs-json');
    await app.close();

    expect((await validate(structuredClone(body))).valid).toBe(true);
    expect(body.components.securitySchemes.Bearer).toMatchObject({
      type: 'http',
      scheme: 'bearer',
    });
    expect(body.paths['/v2/images'].get.security).toEqual([{ 'X-Auth-Token': [] }, { Bearer: [] }]);
    expect(body.paths['/identity/v3/auth/tokens'].post.security).toBeUndefined();
  });
});
