import { CreateBucketCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { describe } from '@jest/globals';
import { Secret } from '../../../src/platform/config/secret.js';
import { createS3Client } from '../../../src/storage/s3/s3-client.js';
import { S3Store } from '../../../src/storage/s3/s3.store.js';
import { describeImageDataStore } from '../../contract/image-data-store.contract.js';
import { settingsFor } from '../../support/s3-server.js';
import { hasSwift, startSwiftServer } from '../../support/swift-server.js';

const isInstalled = await hasSwift();

// The one S3 server at hand that has everything: signatures, aborts and the list of unfinished uploads.
(isInstalled ? describe : describe.skip)('with Debian’s Swift', () => {
  describeImageDataStore('an S3 bucket of OpenStack Swift', async () => {
    const server = await startSwiftServer();
    const settings = {
      ...settingsFor(server.endpoint, 'images'),
      accessKeyId: server.userName,
      secretAccessKey: new Secret(server.password),
    };
    const client = createS3Client(settings);
    await client.send(new CreateBucketCommand({ Bucket: settings.bucket }));
    return {
      store: new S3Store(settings),
      replica: new S3Store(settings),
      leftovers: async () => {
        const listed = await client.send(new ListMultipartUploadsCommand({ Bucket: 'images' }));
        return (listed.Uploads ?? []).map(({ Key = '' }) => Key);
      },
      close: () => server.close(),
    };
  });
});
