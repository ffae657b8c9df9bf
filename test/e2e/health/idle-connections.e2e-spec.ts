import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IncomingMessage, Server } from 'node:http';
import { promisify } from 'node:util';
import { giveMemoryBack } from '../../../src/platform/lifecycle/spare-memory.js';
import { TestApp } from '../../support/app.js';
import { until } from '../../support/processes.js';

describe('connections on which nothing happens', () => {
  let app: TestApp;
  let server: Server;

  beforeAll(async () => {
    app = await TestApp.start({});
    await app.listen();
    server = app.app.getHttpServer();
  });
  afterAll(() => app.close());

  it('hold nothing of the requests before', async () => {
    const token = await app.adminToken();
    const answered: WeakRef<IncomingMessage>[] = [];
    server.on('request', (request: IncomingMessage) => answered.push(new WeakRef(request)));
    for (const path of ['/v2/images', '/v2/schemas/image', '/v2/images/nothing']) {
      await app.request('GET', path, { token });
    }
    await until(() => {
      giveMemoryBack();
      return answered.every((request) => request.deref() === undefined);
    });
    expect(answered).toHaveLength(3);
    expect(await promisify(server.getConnections.bind(server))()).toBeGreaterThan(0);
  });
});
