import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { startTestApp, type TestApp } from '../../support/app.js';

const run = promisify(execFile);
const EXAMPLE = 'examples/typed-client';
const COMPILER = resolve('node_modules/typescript/bin/tsc');

describe('The typed client in examples/', () => {
  let app: TestApp;
  let directory: string;

  beforeAll(async () => {
    app = await startTestApp();
    // Where the packages of the repository are found.
    await mkdir('node_modules/.cache', { recursive: true });
    directory = await mkdtemp(resolve('node_modules/.cache/typed-client-'));
    for (const file of ['package.json', 'tsconfig.json', 'generate.mjs', 'main.ts']) {
      await cp(`${EXAMPLE}/${file}`, `${directory}/${file}`);
    }
  });
  afterAll(async () => {
    await app.close();
    await rm(directory, { recursive: true });
  });

  const node = async (...args: string[]): Promise<string> => {
    const origin = await app.listen();
    const account = {
      OS_AUTH_URL: `${origin}/identity/v3`,
      OS_USERNAME: 'admin',
      OS_PASSWORD: app.config.identity.adminPassword ?? '',
      OS_PROJECT_NAME: 'admin',
    };
    const { stdout } = await run(process.execPath, args, { cwd: directory, env: account });
    return stdout;
  };

  it('is generated from the document, compiles, and creates, uploads, lists and downloads', async () => {
    await node('generate.mjs', await app.listen());
    await node(COMPILER);
    expect(await node('build/main.js')).toBe(
      'listed: made by a typed client (active)\ndownloaded what was uploaded: true\n',
    );
  });
});
