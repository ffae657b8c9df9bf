import type { Logger } from '@nestjs/common';
import type { LeaseState } from './ports/image-data.repository.js';

/** A lease without renewal for so long has no owner any more. */
export const LEASE_SECONDS = 30;
const RENEWAL_MS = 5000;

export interface HeldLease {
  renew(): Promise<LeaseState>;
  /** Why work under it has to stop. */
  reasonToStop(state: Exclude<LeaseState, 'held'>): Error;
  readonly logger: Logger;
}

/** Works under a lease that is renewed meanwhile; the signal aborts when it is gone, or what it is for. */
export async function whileHeld<T>(
  lease: HeldLease,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const timer = setInterval(() => void renew(lease, stop), RENEWAL_MS);
  try {
    return await work(stop.signal);
  } finally {
    clearInterval(timer);
  }
}

async function renew(lease: HeldLease, stop: AbortController): Promise<void> {
  try {
    const state = await lease.renew();
    if (state !== 'held') stop.abort(lease.reasonToStop(state));
  } catch (error) {
    // The lease outlives several missed renewals; the next one may reach the database.
    lease.logger.warn({ message: 'Could not renew a lease.', err: error });
  }
}
