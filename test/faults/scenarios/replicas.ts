import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../src/platform/database/embedded/free-port.js';
import { areInstalled } from '../../support/installed.js';
import { WebhookReceiver } from '../../support/webhook-receiver.js';
import { Witness, type Scenario } from '../scenario.js';
import { SlowSource } from '../slow-source.js';
import { until, World, type Replica } from '../world.js';

/** More than the proxy needs to notice: two failed checks, one each 250 ms, on a machine that may be slow. */
const DELAY = { CATALOG_DRAIN_DELAY_SECONDS: '5' };

const haproxyConfig = (port: number, replicas: readonly Replica[]): string => `global
  maxconn 500
defaults
  mode http
  timeout connect 5s
  timeout client 120s
  timeout server 120s
  timeout check 5s
  option redispatch
frontend catalog
  bind 127.0.0.1:${port}
  default_backend replicas
backend replicas
  balance roundrobin
  option httpchk GET /readyz
  default-server inter 250ms fall 2 rise 1
${replicas.map((replica) => `  server replica${replica.port} 127.0.0.1:${replica.port} check`).join('\n')}
`;

export const rollingRestart: Scenario = {
  summary: 'two replicas behind HAProxy restarted one after the other under load (R-23)',
  rounds: 10,
  need: { what: 'HAProxy', isMet: () => areInstalled('haproxy') },
  async open(random, note) {
    const world = await World.create();
    const source = await SlowSource.start();
    world.onClose(() => source.close());
    const replicas = [await world.startReplica(DELAY), await world.startReplica(DELAY)];
    const port = await freePort();
    const file = join(world.directory, 'haproxy.cfg');
    await writeFile(file, haproxyConfig(port, replicas));
    const proxy = spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore' });
    world.onClose(async () => {
      proxy.kill('SIGKILL');
      await once(proxy, 'exit');
    });
    const origin = `http://127.0.0.1:${port}`;
    await until(() =>
      fetch(`${origin}/readyz`).then(
        (reply) => reply.ok,
        () => false,
      ),
    );
    const client = await world.client(origin);
    const rate = { clients: 10, pauseMs: 50, source, dataShare: 0.4 };
    const witness = new Witness(world, client, random, { ...rate, note });
    return {
      async round() {
        witness.start();
        await sleep(500);
        let bad = 0;
        for (const replica of replicas) {
          const { code } = await replica.process.stop('SIGTERM');
          if (code !== 0) bad += 1;
          await world.restart(replica, DELAY);
          await until(() => fetch(`${replica.origin}/readyz`).then(({ ok }) => ok));
          await sleep(1500); // the proxy looks each 250 ms
        }
        const common = await witness.check();
        const { unavailable = 0, broken = 0, improper = 0 } = common;
        return { restarts: 2, failed: unavailable + broken + improper + bad, ...common };
      },
      settle: () => witness.settle(),
      close: () => world.close(),
    };
  },
};

const IMPORTS = 12;

export const onceEach: Scenario = {
  summary: 'three replicas: each import is run, each event is sent and each removal is done once',
  rounds: 10,
  async open(_random, note) {
    const hook = await WebhookReceiver.start();
    const source = await SlowSource.start();
    const secret = `whsec_${Buffer.from('a key of twenty-four by.').toString('base64')}`;
    const webhooks = [{ id: 'all', url: hook.url, secret: { env: 'HOOK_SECRET' } }];
    const world = await World.create({
      CATALOG_WEBHOOKS: JSON.stringify(webhooks),
      HOOK_SECRET: secret,
      CATALOG_DELETED_RETENTION: '0s',
    });
    world.onClose(async () => {
      await source.close();
      await hook.stop();
    });
    const replicas = await Promise.all([1, 2, 3].map(() => world.startReplica()));
    const clients = await Promise.all(replicas.map(({ origin }) => world.client(origin)));
    const clientAt = (n: number) => clients[n % clients.length] ?? clients[0];

    const importOne = async (n: number): Promise<string> => {
      const client = clientAt(n);
      const attributes = { disk_format: 'raw', container_format: 'bare' };
      const body = JSON.stringify(attributes);
      const created = await client?.send('POST', '/image/v2/images', { body });
      const { id } = JSON.parse(String(created?.body)) as { id: string };
      const method = { name: 'web-download', uri: source.offer().url };
      const path = `/image/v2/images/${id}/import`;
      await client?.send('POST', path, { body: JSON.stringify({ method }) });
      return id;
    };
    const isActive = async (id: string): Promise<boolean> =>
      (await clientAt(0)?.show(id))?.['status'] === 'active';

    return {
      async round() {
        const before = hook.received.length;
        const ids = await Promise.all(Array.from({ length: IMPORTS }, (_, n) => importOne(n)));
        for (const id of ids) await until(() => isActive(id));
        for (const [n, id] of ids.entries()) {
          await clientAt(n)?.send('DELETE', `/image/v2/images/${id}`);
        }
        const left = 'SELECT count(*)::integer AS n FROM image_data_removals';
        await until(async () => (await world.query<{ n: number }>(left))[0]?.n === 0);
        await until(() =>
          ids.every((id) => hook.accepted(id).some(({ event }) => event.type.endsWith('delete'))),
        );
        const again = [...source.fetched.values()].filter((times) => times > 1).length;
        const events = hook.received.slice(before).map(({ event }) => event.id);
        const twice = events.length - new Set(events).size;
        if (again + twice > 0) note(`${again} imports and ${twice} events came more than once`);
        return {
          imports: IMPORTS,
          events: events.length,
          doubled: again + twice,
          findings: (await world.verify(120)).length,
        };
      },
      close: () => world.close(),
    };
  },
};
