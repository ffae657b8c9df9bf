import type { IncomingMessage, ServerResponse } from 'node:http';

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * In one turn of the event loop. What is begun together is alive together: with a thousand clients it fills the caches of the processor,
 * and outlives the collections of garbage that it would not live to see alone. Measured with 8 to 128 (ADR 86).
 */
const MOST = 16;

/** Hands requests on, a few in each turn of the event loop, in the order in which they came. */
export class Turns {
  private readonly waiting = new Set<ServerResponse>();
  private begun = 0;

  constructor(private readonly begin: RequestListener) {}

  /** Requests that nothing has been done for. */
  get length(): number {
    return this.waiting.size;
  }

  pass(...[request, response]: Parameters<RequestListener>): void {
    if (this.begun < MOST) this.start(request, response);
    else this.waiting.add(response);
  }

  private start(...request: Parameters<RequestListener>): void {
    if (this.begun === 0) setImmediate(this.turn);
    this.begun += 1;
    this.begin(...request);
  }

  private readonly turn = (): void => {
    this.begun = 0;
    for (const response of this.waiting) {
      if (this.begun === MOST) break;
      this.waiting.delete(response);
      // Nobody waits any more for the answer to what was cut off.
      if (!response.closed) this.start(response.req, response);
    }
  };
}
