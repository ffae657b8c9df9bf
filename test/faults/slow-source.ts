import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ImportSource } from './load.js';
import { Transfers } from './transfers.js';

const BYTES = 400_000;
const PIECES = 10;
const PAUSE_MS = 100;

/** A web server that gives data for imports, piece by piece, and counts who asked for what. */
export class SlowSource implements ImportSource {
  /** By path. */
  readonly fetched = new Map<string, number>();
  readonly transfers = new Transfers(BYTES / 2);
  private readonly seeds = new Map<string, Buffer>();
  private count = 0;

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const data = this.seeds.get(request.url ?? '');
      if (data === undefined) {
        response.writeHead(404).end();
        return;
      }
      this.fetched.set(request.url ?? '', (this.fetched.get(request.url ?? '') ?? 0) + 1);
      response.writeHead(200, { 'content-length': data.length });
      const size = Math.ceil(data.length / PIECES);
      const transfer = this.transfers.begin(data.length);
      const timer = setInterval(() => {
        response.write(data.subarray(transfer.moved, transfer.moved + size));
        transfer.moved += size;
        if (transfer.moved < data.length) return;
        clearInterval(timer);
        response.end();
      }, PAUSE_MS);
      response.on('close', () => {
        clearInterval(timer);
        this.transfers.end(transfer, response.writableFinished);
      });
    });
  }

  static async start(): Promise<SlowSource> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new SlowSource(server);
  }

  offer(): { readonly url: string; readonly md5: string } {
    const path = `/${(this.count += 1)}`;
    const data = randomBytes(BYTES);
    this.seeds.set(path, data);
    const { port } = this.server.address() as AddressInfo;
    const md5 = createHash('md5').update(data).digest('hex');
    return { url: `http://127.0.0.1:${port}${path}`, md5 };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
