// What Node alone can do with bytes: files of one directory, read and written by `pipeline`. A file that was written
// is flushed to the disk before the answer, as the service's are. Usage: pipe.ts DIRECTORY
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const directory = process.argv[2] ?? '.';

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = join(directory, basename(request.url ?? ''));
  if (request.method === 'PUT') {
    await pipeline(request, createWriteStream(file, { flush: true }));
    response.writeHead(204).end();
    return;
  }
  const { size } = await stat(file);
  response.writeHead(200, { 'content-length': size });
  await pipeline(createReadStream(file), response);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    response.destroy(error instanceof Error ? error : undefined);
  });
});
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
