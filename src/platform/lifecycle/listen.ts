import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { Readiness } from '../health/readiness.js';
import { SilentConnections } from './silent-connections.js';
import { StartupError } from './startup-error.js';

type Address = Readonly<{ host: string; port: number; tls: object | null }>;

/** Connections that wait to be accepted; of more than that, clients try again after a second. The system may allow fewer. */
const BACKLOG = 4096;

const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is already in use: set PORT to another one',
  EACCES: 'may not be opened by this account: set PORT to 1024 or above',
  EADDRNOTAVAIL: 'is not an address of this machine: set HOST',
  ENOTFOUND: 'is not an address of this machine: set HOST',
};

/**
 * Starts to accept requests.
 * @returns the origin under which a client on this machine reaches the service
 * @throws StartupError when the address cannot be had
 */
export async function listen(app: NestFastifyApplication, http: Address): Promise<string> {
  const { host, port, tls } = http;
  await app.init();
  SilentConnections.of(app.getHttpServer());
  try {
    await app.getHttpAdapter().getInstance().listen({ port, host, backlog: BACKLOG }); // Nest's own listen() logs the failure too
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const reason = REASONS[code] ?? `cannot be listened on (${code || message})`;
    throw new StartupError(`Port ${port} on ${host} ${reason}.`, { cause });
  }
  const bound = app.getHttpServer().address();
  return localOrigin({
    host,
    tls,
    port: bound !== null && typeof bound === 'object' ? bound.port : port,
  });
}

/** The wildcard addresses mean "every address"; a client on this machine uses the loopback one. */
export function localOrigin({ host, port, tls }: Address): string {
  const name = LOOPBACK[host] ?? (host.includes(':') ? `[${host}]` : host);
  return `${tls === null ? 'http' : 'https'}://${name}:${port}`;
}

export interface DrainTimes {
  /** How long to go on accepting after readiness has failed. */
  readonly drainDelaySeconds: number;
  /** How long running requests have to finish after that. */
  readonly drainSeconds: number;
}

/**
 * Says that no traffic should come, and goes on serving until that has been noticed; then stops accepting, lets
 * running requests finish for a while, and cuts off the others. Answers close their connections meanwhile.
 */
export async function drain(app: NestFastifyApplication, times: DrainTimes): Promise<void> {
  const server = app.getHttpServer();
  app.get(Readiness).stop();
  if (server.listening) await sleep(times.drainDelaySeconds * 1000);
  const finished = new AbortController();
  const cut = async (): Promise<void> => {
    await sleep(times.drainSeconds * 1000, undefined, { signal: finished.signal, ref: false });
    server.closeAllConnections();
  };
  const cutting = cut().catch(() => undefined); // aborted: everything finished in time
  const stopHangingUp = SilentConnections.of(server).hangUp();
  await app.close();
  stopHangingUp();
  finished.abort();
  await cutting;
}
