import { deepStrictEqual, ok } from 'node:assert/strict';
import type { TestResponse } from './app.js';
import { eventually, md5, sha512, type ImageDataFixture } from './image-data.js';

const PATIENCE_MS = 60_000;

/** Imports as a client asks for them and waits for them. */
export class Imports {
  constructor(private readonly fixture: ImageDataFixture) {}

  request(id: string, body: unknown, options: { token?: string; headers?: Headers } = {}) {
    const { token = this.fixture.token, headers = {} } = options;
    const url = `/image/v2/images/${id}/import`;
    return this.fixture.app.request('POST', url, { token, body, headers });
  }

  direct(id: string, options: object = {}) {
    return this.request(id, { method: { name: 'glance-direct' }, ...options });
  }

  download(id: string, uri: string, options: object = {}) {
    return this.request(id, { method: { name: 'web-download', uri }, ...options });
  }

  copy(id: string, options: object) {
    return this.request(id, { method: { name: 'copy-image' }, ...options });
  }

  async tasks(id: string, token = this.fixture.token): Promise<TestResponse['body'][]> {
    const url = `/image/v2/images/${id}/tasks`;
    return (await this.fixture.app.request('GET', url, { token })).body.tasks;
  }

  /** The only task of the image. */
  async task(id: string): Promise<TestResponse['body']> {
    const tasks = await this.tasks(id);
    if (tasks.length !== 1) throw new Error(`${tasks.length} tasks instead of one.`);
    return tasks[0];
  }

  /** Waits until the latest task is over. @returns it and the image */
  async ended(id: string): Promise<{ image: TestResponse['body']; task: TestResponse['body'] }> {
    let task: TestResponse['body'];
    await eventually(async () => {
      [task] = await this.tasks(id);
      if (!/success|failure/.test(task?.status)) throw new Error('The import has not ended.');
    }, PATIENCE_MS);
    return { image: await this.fixture.show(id), task };
  }

  /** Waits until these bytes have been imported, and compares them as they are downloaded. */
  async arrived(id: string, bytes: Buffer): Promise<void> {
    const { image, task } = await this.ended(id);
    deepStrictEqual([task.status, task.message], ['success', '']);
    deepStrictEqual(
      [image.status, image.size, image.checksum, image.os_hash_value],
      ['active', bytes.length, md5(bytes), sha512(bytes)],
    );
    ok(
      (await this.fixture.download(id)).bytes.equals(bytes),
      'It was downloaded with other bytes.',
    );
  }

  /** Waits until the import has failed. @returns the reason, when the image is queued and no byte is left */
  async failed(id: string): Promise<string> {
    const { image, task } = await this.ended(id);
    const isQueued = image.status === 'queued' && image.size === null && image.checksum === null;
    if (task.status !== 'failure' || !isQueued || 'os_glance_import_task' in image) {
      throw new Error(`Not queued again: ${JSON.stringify({ image, task })}`);
    }
    await eventually(async () => {
      const files = await this.fixture.filesOf(id);
      if (files.length > 0) throw new Error(`Left behind: ${files.join(', ')}`);
    });
    return task.message;
  }
}

type Headers = Readonly<Record<string, string>>;
