/**
 * @returns what the promise comes to, or null when that takes longer. What has come meanwhile counts, however busy this
 *   process was: it is late only if it is not there when everything that came has been looked at.
 */
export function unlessLate<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => resolve(null)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
