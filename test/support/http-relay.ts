import {
  createServer,
  request as sendRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RelayedCall {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** Text of the answer, when it was short. */
  readonly answer: string;
}

/** What happens to a call instead of being passed on; `cutAfter` bytes of the answer still arrive. */
export type Fault =
  | {
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly cutAfter: number }
  | 'reset'
  | 'lost-answer';

const SHORT_ANSWER = 4096;

/** Stands between a client and a server on 127.0.0.1: writes down what passes, and breaks what it is told to. */
export class HttpRelay {
  readonly calls: RelayedCall[] = [];
  /** Decides for each call, which is counted from 1 over the relay's life. */
  fault: (method: string, url: string, count: number) => Fault | null = () => null;
  private count = 0;

  private constructor(
    private readonly target: URL,
    private readonly server = createServer(),
  ) {}

  static async before(target: string): Promise<HttpRelay> {
    const relay = new HttpRelay(new URL(target));
    relay.server.on('request', (request, response) => {
      relay.pass(request, response);
    });
    await new Promise<void>((resolve) => relay.server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = '', url = '' } = incoming;
    const fault = this.fault(method, url, (this.count += 1));
    incoming.on('error', () => undefined);
    if (fault === 'reset') {
      incoming.socket.destroy();
      return;
    }
    if (typeof fault === 'object' && fault !== null && 'status' in fault) {
      incoming.resume().once('end', () => {
        outgoing
          .writeHead(fault.status, { 'content-type': 'application/xml', ...fault.headers })
          .end(fault.body);
      });
      return;
    }
    const { hostname, port } = this.target;
    const { headers } = incoming;
    const onward = sendRequest({ hostname, port, method, path: url, headers }, (answer) => {
      this.deliver(answer, outgoing, fault, { method, url });
    });
    onward.on('error', () => incoming.socket.destroy());
    incoming.pipe(onward);
    incoming.once('close', () => {
      if (!incoming.complete) onward.destroy();
    });
  }

  private deliver(
    answer: IncomingMessage,
    outgoing: ServerResponse,
    fault: Fault | null,
    { method, url }: { method: string; url: string },
  ): void {
    const status = answer.statusCode ?? 0;
    const kept: Buffer[] = [];
    let bytes = 0;
    const limit =
      typeof fault === 'object' && fault !== null && 'cutAfter' in fault
        ? fault.cutAfter
        : Infinity;
    if (fault !== 'lost-answer') outgoing.writeHead(status, answer.headers);
    answer.on('data', (chunk: Buffer) => {
      if (bytes < SHORT_ANSWER) kept.push(chunk);
      const passed = chunk.subarray(0, Math.max(0, limit - bytes));
      bytes += chunk.length;
      if (fault !== 'lost-answer') outgoing.write(passed);
      if (bytes >= limit) outgoing.destroy();
    });
    answer.on('error', () => outgoing.destroy());
    outgoing.on('close', () => answer.destroy());
    answer.once('end', () => {
      const text = String(Buffer.concat(kept)).slice(0, SHORT_ANSWER);
      this.calls.push({ method, url, status, answer: text });
      if (fault === 'lost-answer') outgoing.destroy();
      else outgoing.end();
    });
  }
}
