import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { StartupError } from '../../lifecycle/startup-error.js';

export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const PATH = '/metrics';
const HEADERS_TIMEOUT_MS = 5000;

export interface MetricsServer {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Serves `/metrics` and nothing else, on an address of its own: what it tells is for operators (S-26).
 * @throws StartupError when the address cannot be had
 */
export async function serveMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  print: () => Promise<string>,
): Promise<MetricsServer> {
  const server = createServer({ requestTimeout: HEADERS_TIMEOUT_MS }, (request, response) => {
    void answer(request, response, print);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ message }) => {
      reject(new StartupError(`Metrics cannot be served on port ${port} of ${host}: ${message}.`));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { url = '', method }: IncomingMessage,
  response: ServerResponse,
  print: () => Promise<string>,
): Promise<void> {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  if (url.split('?', 1)[0] !== PATH) return end(response, 404);
  if (method !== 'GET' && method !== 'HEAD') return end(response.setHeader('Allow', 'GET'), 405);
  try {
    const text = await print();
    response.setHeader('Content-Type', METRICS_CONTENT_TYPE);
    response.end(text);
  } catch {
    end(response, 503);
  }
}

const end = (response: ServerResponse, status: number): void => {
  response.statusCode = status;
  response.end();
};
