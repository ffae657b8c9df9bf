import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

type Mode = 'forward' | 'cut' | 'hang';

/** A TCP proxy in front of a database, whose line can be cut, muted and restored under a running service. */
export class FlakyProxy {
  private readonly sockets = new Set<Socket>();
  private mode: Mode = 'forward';

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client) => this.accept(client));
  }

  /** @param url connection string of the database behind the proxy */
  static async start(url: string): Promise<FlakyProxy> {
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FlakyProxy(server, new URL(url));
  }

  /** Connection string that leads through the proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Breaks every connection, and each new one at once: the database is down. */
  cut(): void {
    this.mode = 'cut';
    for (const socket of this.sockets) socket.destroy();
  }

  /** Breaks every connection as soon as something is sent on it, and not before: nobody can know until then. */
  breakOnUse(): void {
    for (const socket of this.sockets) {
      socket.unpipe().once('data', () => socket.destroy());
      socket.resume();
    }
  }

  /** Keeps connections open and carries nothing: the database does not answer. */
  hang(): void {
    this.mode = 'hang';
    for (const socket of this.sockets) socket.pause();
  }

  /** Carries again. What was muted is broken, since its bytes are late. */
  restore(): void {
    for (const socket of this.sockets) socket.destroy();
    this.mode = 'forward';
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(client: Socket): void {
    this.track(client);
    if (this.mode === 'cut') client.destroy();
    if (this.mode !== 'forward') return;
    const upstream = connect(Number(this.target.port), this.target.hostname);
    this.track(upstream);
    client.pipe(upstream).pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined); // the point of it
    socket.on('close', () => this.sockets.delete(socket));
  }
}
