import { describe } from '@jest/globals';
import { Secret } from '../../../src/platform/config/secret.js';
import { listContainer } from '../../../src/storage/swift/container-listing.js';
import { SwiftClient } from '../../../src/storage/swift/swift-client.js';
import type { SwiftSettings } from '../../../src/storage/swift/swift-login.js';
import { SwiftStore } from '../../../src/storage/swift/swift.store.js';
import { describeImageDataStore } from '../../contract/image-data-store.contract.js';
import { hasSwift, startSwiftServer } from '../../support/swift-server.js';

const isInstalled = await hasSwift();

(isInstalled ? describe : describe.skip)('with Debian’s Swift', () => {
  describeImageDataStore('a container of OpenStack Swift', async () => {
    const server = await startSwiftServer();
    const settings: SwiftSettings = {
      id: 'cold',
      driver: 'swift',
      container: 'images',
      segmentBytes: 8 * 1024 * 1024,
      authVersion: '1',
      authUrl: server.authUrl,
      userName: server.userName,
      password: new Secret(server.password),
      userDomainName: 'Default',
      projectDomainName: 'Default',
      interface: 'public',
    };
    const client = new SwiftClient(settings);
    return {
      store: new SwiftStore(settings),
      replica: new SwiftStore(settings),
      leftovers: async () => {
        const names: string[] = [];
        for (const container of ['images', 'images_segments']) {
          for await (const { name } of listContainer(client, container)) names.push(name);
        }
        return names;
      },
      close: () => server.close(),
    };
  });
});
