// usage: node generate.mjs [ORIGIN]     writes catalog.d.ts, the types of the API at ORIGIN
import { writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';

const BLOB = ts.factory.createTypeReferenceNode('Blob');

const origin = process.argv[2] ?? 'http://127.0.0.1:9292';
const answer = await fetch(new URL('/docs-json', origin));
if (!answer.ok) throw new Error(`No document at ${answer.url}: ${answer.status}`);

// TypeScript cannot say "members without a name of their own are strings": they become unknown.
const document = JSON.parse(await answer.text(), (_key, value) =>
  value?.properties && value.additionalProperties ? { ...value, additionalProperties: true } : value,
);
const types = await openapiTS(document, {
  transform: ({ format }) => (format === 'binary' ? BLOB : undefined),
});
await writeFile('catalog.d.ts', astToString(types));
