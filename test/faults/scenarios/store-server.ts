import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../../../src/platform/database/embedded/postmaster.js';
import { Secret } from '../../../src/platform/config/secret.js';
import { createS3Client } from '../../../src/storage/s3/s3-client.js';
import { settingsFor } from '../../support/s3-server.js';
import { hasSwift, startSwiftServer, type SwiftServer } from '../../support/swift-server.js';
import { Witness, type Scenario } from '../scenario.js';
import { SlowSource } from '../slow-source.js';
import { until, World } from '../world.js';

const BUCKET = 'images';
const LOAD = { clients: 5, pauseMs: 30, dataShare: 0.8, maxBytes: 32_000_000 };
const KINDS = ['upload', 'download', 'import', 'delete'] as const;
const FAULTS = ['kill', 'stop', 'hang'] as const;

export const stopStore: Scenario = {
  summary: 'the S3 server killed, stopped or hung in mid-upload, -download, -import and -delete',
  rounds: 60,
  need: { what: 'Debian’s Swift', isMet: hasSwift },
  async open(random, note) {
    const server = await startSwiftServer();
    await makeBucket(server);
    const source = await SlowSource.start();
    const world = await World.create(environmentFor(server));
    world.onClose(async () => {
      await source.close();
      await server.close();
    });
    const replica = await world.startReplica();
    const { pid } = replica.process;
    const client = await world.client(replica.origin);
    const witness = new Witness(world, client, random, { ...LOAD, source, note });

    const removals = async (): Promise<number> => {
      const sql = 'SELECT count(*)::integer AS n FROM image_data_removals';
      const [row] = await world.query<{ n: number }>(sql);
      return row?.n ?? 0;
    };
    const underWay = async () => ({
      delete: await removals(),
      upload: witness.uploads.midway.length,
      download: witness.downloads.midway.length,
      import: source.transfers.midway.length,
    });
    const faults = {
      kill: () => server.stop('SIGKILL'),
      stop: () => server.stop('SIGTERM'),
      hang: async () => server.hang(),
    };

    let rounds = 0;
    return {
      async round() {
        const kind = KINDS[rounds % KINDS.length] ?? 'upload';
        const fault = FAULTS[rounds % FAULTS.length] ?? 'kill';
        rounds += 1;
        witness.start();
        await sleep(random.between(500, 2000));
        let moment = await underWay();
        await until(async () => (moment = await underWay())[kind] > 0);
        const [ups, downs] = [witness.uploads.midway, witness.downloads.midway];
        await faults[fault]();
        await sleep(random.between(200, 8000));
        if (fault === 'hang') server.goOn();
        else await server.start();
        const backMs = await until(() => client.isReady());
        await sleep(1000);
        const common = await witness.check();
        return {
          [`${fault}s`]: 1,
          ...Object.fromEntries(KINDS.map((name) => [`mid-${name}`, Math.min(1, moment[name])])),
          'uploads failed': ups.filter(({ isCutOff }) => isCutOff).length,
          'downloads failed': downs.filter(({ isCutOff }) => isCutOff).length,
          'back ms': backMs,
          ended: isAlive(pid) ? 0 : 1,
          ...common,
        };
      },
      settle: () => witness.settle(),
      close: () => world.close(),
    };
  },
};

const storeSettings = ({ endpoint, userName }: SwiftServer) => ({
  id: 's3',
  driver: 's3',
  default: true,
  endpoint,
  bucket: BUCKET,
  region: 'us-east-1',
  accessKeyId: userName,
  secretAccessKey: { env: 'S3_SECRET' },
});

const environmentFor = (server: SwiftServer) => ({
  CATALOG_STORES: JSON.stringify([storeSettings(server)]),
  S3_SECRET: server.password,
  CATALOG_DELETED_RETENTION: '0s',
  // What the server finishes after it was told to remove it is found by comparing.
  CATALOG_ORPHAN_GRACE: '60s',
  CATALOG_DATA_AUDIT_INTERVAL: '20s',
});

async function makeBucket({ endpoint, userName, password }: SwiftServer): Promise<void> {
  const client = createS3Client({
    ...settingsFor(endpoint, BUCKET),
    accessKeyId: userName,
    secretAccessKey: new Secret(password),
  });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  client.destroy();
}
