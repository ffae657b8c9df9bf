import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { eventually, ImageDataFixture, OCTETS } from '../../support/image-data.js';

const LOADER = join(process.cwd(), 'test/support/register-typescript.mjs');
const MAIN = join(process.cwd(), 'src/main.ts');

let fixture: ImageDataFixture;
let child: ChildProcess;
let origin: string;

beforeAll(async () => {
  fixture = await ImageDataFixture.start();
  child = spawn(process.execPath, ['--import', LOADER, MAIN], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: fixture.app.databaseUrl,
      CATALOG_DATA_DIR: fixture.directory,
      CATALOG_LOG_LEVEL: 'silent',
    },
  });
  origin = await originOf(child);
}, 120_000);

afterAll(async () => {
  child.kill('SIGKILL');
  await fixture.close();
});

async function originOf({ stdout }: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of stdout ?? []) {
    text += String(chunk);
    const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
    if (found !== undefined) return found;
  }
  throw new Error(`The child ended: ${text}`);
}

it('is given up by another replica within 60 seconds; the bytes go, and the image takes others', async () => {
  const id = await fixture.createImage();
  const upload = request(`${origin}/image/v2/images/${id}/file`, {
    method: 'PUT',
    agent: false,
    headers: { ...OCTETS, 'x-auth-token': fixture.token },
  });
  upload.on('error', () => undefined);
  upload.write(randomBytes(4 * 1024 * 1024));
  await eventually(async () => {
    expect((await fixture.show(id)).status).toBe('saving');
    expect(await fixture.filesOf(id)).toHaveLength(1);
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await fixture.filesOf(id)).toHaveLength(1);
  await eventually(async () => {
    expect(await fixture.show(id)).toMatchObject({ status: 'queued', size: null });
    expect(await fixture.filesOf(id)).toEqual([]);
  }, 60_000);
  expect((await fixture.upload(id, 'again')).status).toBe(204);
}, 90_000);
