import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Settings with which the service may download from a {@link SourceServer}. */
export const MAY_DOWNLOAD_HERE = {
  CATALOG_IMPORT_INTERNAL_HOSTS: '127.0.0.1',
  CATALOG_IMPORT_PORTS_ALLOWED: '*',
};

/** A web server on 127.0.0.1 that images are downloaded from. */
export class SourceServer {
  private readonly handlers = new Map<string, Handler>();

  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const handler = this.handlers.get(request.url ?? '');
      if (handler === undefined) response.writeHead(404).end();
      else handler(request, response);
    });
  }

  static async start(): Promise<SourceServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new SourceServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  /** @returns the URL that answers so */
  serve(path: string, answer: Buffer | Handler): string {
    this.handlers.set(path, Buffer.isBuffer(answer) ? whole(answer) : answer);
    return `${this.origin}${path}`;
  }

  /** A URL that answers with the first bytes, and with the rest when it is told to. */
  serveHalf(path: string, first: Buffer, rest: Buffer) {
    const waiting: ServerResponse[] = [];
    let isOpen = false;
    const url = this.serve(path, (_request, response) => {
      response.writeHead(200, { 'content-length': first.length + rest.length }).write(first);
      if (isOpen) response.end(rest);
      else waiting.push(response);
    });
    const finish = (): void => {
      isOpen = true;
      for (const response of waiting.splice(0)) response.end(rest);
    };
    return { url, finish };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const whole =
  (bytes: Buffer): Handler =>
  (_request, response) => {
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  };
