import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Random } from './random.js';

/** Stands before a database and now and then loses an answer: what was asked happens, nobody hears of it. */
export class LosingProxy {
  /** Of the messages of clients, how many have their answer lost; 0 to 1. */
  probability = 0;
  losses = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
    private readonly random: Random,
  ) {
    server.on('connection', (client) => {
      this.carry(client);
    });
  }

  static async start(url: string, random: Random): Promise<LosingProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new LosingProxy(server, new URL(url), random);
  }

  get url(): string {
    const url = new URL(this.target);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private carry(client: Socket): void {
    const upstream = connect(Number(this.target.port), this.target.hostname);
    let loses = false;
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      loses ||= this.random.next() < this.probability;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (!loses) {
        client.write(chunk);
        return;
      }
      this.losses += 1;
      client.destroy();
    });
  }
}
