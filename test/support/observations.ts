import { expect } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Where what the tests saw is kept for `scripts/lib/api-coverage.mjs`; unset when nobody wants to know. */
const directory = process.env['CATALOG_OBSERVATIONS_DIR'];

/** Notes which operation answered which status in which test. */
export function observe(fastify: FastifyInstance): void {
  if (directory === undefined) return;
  const seen = new Set<string>();
  fastify.addHook('onResponse', (request, reply, done) => {
    const { testPath = '', currentTestName = '' } = expect.getState();
    const { url } = request.routeOptions;
    const file = relative(process.cwd(), testPath);
    seen.add([request.method, url, reply.statusCode, file, currentTestName].join('\t'));
    done();
  });
  fastify.addHook('onClose', (_instance, done) => {
    appendFileSync(join(directory, `${process.pid}.tsv`), [...seen, ''].join('\n'));
    done();
  });
}

/** Keeps the OpenAPI document for the same purpose. */
export function keepDocument(document: unknown): void {
  if (directory === undefined) return;
  writeFileSync(join(directory, 'openapi.json'), JSON.stringify(document));
}
