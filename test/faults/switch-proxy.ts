import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands before the servers of a database and leads to one of them, as HAProxy or a floating address does. */
export class SwitchProxy {
  private readonly sockets = new Set<Socket>();
  private target: URL | null;

  private constructor(
    private readonly server: Server,
    private readonly first: URL,
  ) {
    this.target = first;
    server.on('connection', (client) => {
      this.carry(client);
    });
  }

  static async start(url: string): Promise<SwitchProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SwitchProxy(server, new URL(url));
  }

  get url(): string {
    const url = new URL(this.first);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** From now on nobody reaches the server, not even those who are connected: it is fenced. */
  fence(): void {
    this.target = null;
    for (const socket of this.sockets) socket.destroy();
  }

  leadTo(url: string): void {
    this.target = new URL(url);
  }

  async close(): Promise<void> {
    this.fence();
    this.server.close();
    await once(this.server, 'close');
  }

  private carry(client: Socket): void {
    if (this.target === null) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(this.target.port), this.target.hostname);
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  }
}
