import { NotFound, quote } from '../../kernel/errors.js';
import type { AuditRecord } from './audit-record.js';

/** What the operator decided about one webhook, apart from its address and its secret. */
export interface Webhook {
  readonly id: string;
  /** Actions, or beginnings of actions that end in a dot; null is every action. */
  readonly actions: readonly string[] | null;
  /** After this many a delivery is a dead letter. */
  readonly maxAttempts: number;
  readonly retrySeconds: number;
}

/** One event on its way to one webhook. */
export interface Delivery {
  readonly record: AuditRecord;
  /** This one included. */
  readonly attempts: number;
}

export interface WebhookState {
  readonly id: string;
  readonly pending: number;
  readonly dead: number;
}

/** A delivery that failed for the last time. */
export interface DeadLetter extends Delivery {
  readonly lastError: string | null;
}

export class WebhookNotFound extends NotFound {
  constructor(id: string) {
    super(`Could not find webhook: ${quote(id)}.`);
  }
}

export class DeadLetterNotFound extends NotFound {
  constructor() {
    super('The webhook has no such dead letter.');
  }
}

const MAX_DELAY_SECONDS = 3600;

/**
 * How long to wait after a failed attempt: twice as long each time, at most an hour, and somewhere in the upper half
 * of that, so that what failed together does not come back together.
 * @param random from 0 up to 1
 */
export function retryDelay(retrySeconds: number, attempts: number, random: number): number {
  const full = Math.min(retrySeconds * 2 ** (attempts - 1), MAX_DELAY_SECONDS);
  return full * (0.5 + random / 2);
}
