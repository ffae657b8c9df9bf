import type { IncomingMessage } from 'node:http';

export interface Patience {
  readonly milliseconds: number;
  /** Of each wait for bytes, or of all of them together with what happens between. */
  readonly per: 'wait' | 'body';
  readonly error: () => Error;
}

/**
 * The bytes of a request as they arrive; throws when they do not. The connection stays open then, and when the
 * iteration is left early, so that the answer still reaches the client.
 */
export async function* timelyChunks(
  request: IncomingMessage,
  { milliseconds, per, error }: Patience,
): AsyncGenerator<Buffer> {
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
  let giveUp: ((error: Error) => void) | null = null;
  let isLate = false;
  const timer = setTimeout(() => {
    // A slow store is no fault of the client: where each wait counts, only waiting for bytes does.
    if (per === 'wait' && giveUp === null) timer.refresh();
    else isLate = true;
    giveUp?.(error());
  }, milliseconds);
  const next = (): Promise<IteratorResult<Buffer, undefined>> =>
    new Promise((resolve, reject) => {
      giveUp = reject;
      if (isLate) reject(error());
      chunks.next().then(resolve, reject);
    });
  try {
    for (;;) {
      const { done, value } = await next();
      giveUp = null;
      if (done === true) return;
      yield value;
      if (per === 'wait') timer.refresh();
    }
  } finally {
    clearTimeout(timer);
    // Waits for the read that is open, if one is; nobody waits for it.
    void chunks.return?.().catch(() => undefined);
  }
}
