import { connect } from 'node:net';

export interface RawReply {
  /** The status line's code; null when the connection closed without an answer. */
  readonly status: number | null;
  /** Everything that came back, heads and bodies of several answers included. */
  readonly text: string;
  readonly headers: ReadonlyMap<string, string>;
}

const TIMEOUT_MS = 10_000;

/**
 * Writes bytes to the server as they stand, each piece on its own, and reads until the server closes the
 * connection. @throws when it does not within ten seconds
 */
export function exchange(
  origin: string,
  ...pieces: readonly (string | Buffer)[]
): Promise<RawReply> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => {
      for (const piece of pieces) socket.write(piece);
    });
    socket.setNoDelay(true).setEncoding('utf8');
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('The connection stays open.')));
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    // A server that refuses what is still being sent may reset the connection behind its answer.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve(parse(text));
      else reject(error);
    });
    socket.on('close', () => resolve(parse(text)));
  });
}

/** The head of a request, whose connection the server shall close afterwards. */
export function head(requestLine: string, ...headers: readonly string[]): string {
  return [`${requestLine} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers, '', ''].join(
    '\r\n',
  );
}

function parse(text: string): RawReply {
  const [first = '', ...lines] = (text.split('\r\n\r\n', 1)[0] ?? '').split('\r\n');
  const status = /^HTTP\/1\.1 (\d{3})/.exec(first)?.[1];
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: status === undefined ? null : Number(status), text, headers: new Map(headers) };
}
