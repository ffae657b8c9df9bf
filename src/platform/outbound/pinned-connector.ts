import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import { callbackify } from 'node:util';
import { buildConnector } from 'undici';
import { normalizeAddress } from './address.js';
import type { OutboundRules } from './outbound-rules.js';
import { UrlRefused } from './outbound.errors.js';

/** The parts that touch the network, so that tests can stand in for it. */
export interface Network {
  /** Every address of a name, in order of preference. */
  resolve(name: string): Promise<readonly string[]>;
  /** Where a connection to an address that passed really goes: there, except in tests. */
  route(address: string, port: number): { readonly address: string; readonly port: number };
}

export const REAL_NETWORK: Network = {
  resolve: async (name) => {
    const found = await lookup(name, { all: true, verbatim: true });
    return found.map(({ address }) => address);
  },
  route: (address, port) => ({ address, port }),
};

const CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Resolves the host and requires that every address of it may be reached: one bad address among good ones is
 * an attack or a mistake, never a mirror.
 * @throws UrlRefused also when the name does not resolve
 */
export async function resolveReachable(
  host: string,
  rules: OutboundRules,
  network: Network,
): Promise<readonly string[]> {
  const addresses = isIP(host) === 0 ? await resolveName(host, network) : [host];
  const isReachable =
    addresses.length > 0 && addresses.every((address) => rules.mayReach(host, address));
  if (!isReachable) throw new UrlRefused(host);
  return addresses;
}

/**
 * Connects for undici: resolves once, checks every address, and connects to what was checked, so that a name
 * which changes its answer in between gains nothing. TLS still verifies the name.
 */
export function pinnedConnector(rules: OutboundRules, network: Network): buildConnector.connector {
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false });
  const connectPinned = callbackify(async (options: buildConnector.Options): Promise<Socket> => {
    const host = options.hostname.replaceAll(/^\[|\]$/g, '');
    const port = Number(options.port) || (DEFAULT_PORTS[options.protocol] ?? 0);
    const addresses = await resolveReachable(host, rules, network);
    const servername = options.servername ?? (isIP(host) === 0 ? host : undefined);
    return connectToFirst(addresses, async (address) => {
      const target = network.route(address, port);
      const place = { hostname: target.address, port: String(target.port) };
      const named = servername === undefined ? {} : { servername };
      const socket = await connected(connect, { ...options, ...place, ...named });
      return requirePeer(socket, target.address);
    });
  });
  return (options, callback) => {
    connectPinned(options, (error: Error | null, socket) => {
      if (error === null) callback(null, socket);
      else callback(error, null);
    });
  };
}

async function resolveName(name: string, network: Network): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error('No answer from the resolver.'));
    }, CONNECT_TIMEOUT_MS);
  });
  try {
    return await Promise.race([network.resolve(name), deadline]);
  } catch (error) {
    throw new UrlRefused(name, error);
  } finally {
    clearTimeout(timer);
  }
}

/** Tries one address after another within the time for one. */
async function connectToFirst(
  addresses: readonly string[],
  connectTo: (address: string) => Promise<Socket>,
): Promise<Socket> {
  const deadline = Date.now() + CONNECT_TIMEOUT_MS;
  let failure: unknown = new Error('No address.');
  for (const address of addresses) {
    if (Date.now() >= deadline) break;
    try {
      return await connectTo(address);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function connected(
  connect: buildConnector.connector,
  options: buildConnector.Options,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    connect(options, (error, socket) => {
      if (error === null) resolve(socket);
      else reject(error);
    });
  });
}

/** The last word has the socket itself. */
function requirePeer(socket: Socket, address: string): Socket {
  const { remoteAddress = '' } = socket;
  if (normalizeAddress(remoteAddress) === normalizeAddress(address)) return socket;
  socket.destroy();
  throw new Error('Connected to another address than the one that was checked.');
}
