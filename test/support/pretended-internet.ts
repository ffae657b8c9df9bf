import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Network } from '../../src/platform/outbound/pinned-connector.js';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;
type Names = Readonly<Record<string, readonly string[]>>;

/** Nothing listens there. */
const CLOSED_PORT = 9;

/** Names resolve as told, and every address leads to a server on 127.0.0.1. */
export class PretendedInternet {
  handler: Handler = () => undefined;
  /** Host and path of each request that arrived. */
  requests: string[] = [];
  resolved: string[] = [];
  routed: string[] = [];
  names: Record<string, readonly string[]> = {};
  deadAddresses: string[] = [];
  readonly sockets = new Set<Socket>();
  private readonly server: Server;

  readonly network: Network = {
    resolve: async (name) => {
      this.resolved.push(name);
      const addresses = this.names[name];
      if (addresses === undefined) throw new Error('ENOTFOUND');
      return addresses;
    },
    route: (address) => {
      this.routed.push(address);
      const isDead = this.deadAddresses.includes(address);
      return { address: '127.0.0.1', port: isDead ? CLOSED_PORT : this.port };
    },
  };

  /** @param known what each test finds at its beginning */
  constructor(private readonly known: Names) {
    this.server = createServer((request, response) => {
      this.requests.push(`${request.headers.host}${request.url}`);
      this.handler(request, response);
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    this.forget();
  }

  /** The port of the server that everything leads to. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** As at the beginning: what happened, and what was told. */
  forget(): void {
    this.requests = [];
    this.resolved = [];
    this.routed = [];
    this.deadAddresses = [];
    this.names = { ...this.known };
    this.handler = (_request, response) => response.end('0123456789');
  }
}
