const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** One Ctrl-C may arrive twice: from the terminal, and again from the npm that runs us. */
const SAME_MS = 500;

/**
 * Aborted by the first SIGINT, SIGTERM or SIGHUP: the moment to stop in an orderly way. Another one
 * after that means "now" and ends the process at once, with status 1.
 */
export function terminationSignal(): AbortSignal {
  const controller = new AbortController();
  let firstAt = 0;
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (!controller.signal.aborted) {
        firstAt = Date.now();
        controller.abort(name);
      } else if (Date.now() - firstAt > SAME_MS) {
        process.exit(1);
      }
    });
  }
  return controller.signal;
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
