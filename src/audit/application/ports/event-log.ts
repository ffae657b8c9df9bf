import type { AuditRecord } from '../../domain/audit-record.js';

/** Port: the records as a log that is read forwards. */
export abstract class EventLog {
  /** The highest id that was ever given out, committed or not; and the oldest transaction that is still open. */
  abstract look(): Promise<{ readonly lastId: bigint; readonly oldestOpen: bigint }>;

  /** A transaction number that is higher than that of everything begun before. */
  abstract fence(): Promise<bigint>;

  /** Records behind `after`, up to and including `upTo`, in the order of their ids. */
  abstract read(after: bigint, upTo: bigint, limit: number): Promise<readonly AuditRecord[]>;
}
