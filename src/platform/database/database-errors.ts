import { DomainError, Unavailable } from '../../kernel/errors.js';

/** A unique constraint refused the write. */
export class UniqueViolation extends DomainError {
  constructor(cause: unknown) {
    super('conflict', 'unique-violation', 'A resource with this identity already exists.', {
      cause,
    });
  }
}

/** Serialization failure or deadlock: the transaction did not happen and may be repeated. */
export class WriteConflict extends DomainError {
  constructor(cause: unknown) {
    super('conflict', 'write-conflict', 'The resource was changed by another request.', { cause });
  }
}

/** The row that a foreign key points at is gone. */
export class ReferenceLost extends DomainError {
  constructor(cause: unknown) {
    super('not-found', 'reference-lost', 'The resource could not be found.', { cause });
  }
}

/** A text does not fit its column. */
export class ValueTooLong extends DomainError {
  constructor(cause: unknown) {
    super('invalid', 'value-too-long', 'A value is longer than what can be stored.', { cause });
  }
}

const BY_SQLSTATE: Readonly<Record<string, (cause: unknown) => DomainError>> = {
  '22001': (cause) => new ValueTooLong(cause),
  '23505': (cause) => new UniqueViolation(cause),
  '23503': (cause) => new ReferenceLost(cause),
  '40001': (cause) => new WriteConflict(cause),
  '40P01': (cause) => new WriteConflict(cause),
};

const BY_PRISMA_CODE: Readonly<Record<string, (cause: unknown) => DomainError>> = {
  P2000: (cause) => new ValueTooLong(cause),
  P2002: (cause) => new UniqueViolation(cause),
  P2003: (cause) => new ReferenceLost(cause),
  P2025: (cause) => new ReferenceLost(cause),
  P2034: (cause) => new WriteConflict(cause),
};

// Connection refused, lost or timed out; server shutting down, starting, full, out of time or not promoted yet.
const UNAVAILABLE_CODES =
  /^(E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NOTFOUND|AI_AGAIN)|08...|25006|57P0[1-5]|57014|53...|P1001|P1002|P1008|P1017|P2024|P2028)$/;
const CONNECTION_LOSS_CODES = /^(E(CONNRESET|PIPE)|08...|57P0[12]|P1017)$/;
const UNAVAILABLE_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Cannot use a pool after calling end|The service is busy/;

/** Did the connection die under a statement? Says nothing about whether the statement took effect. */
export function isConnectionLoss(error: unknown): boolean {
  return errorChain(error).some(
    ({ code, message }) =>
      CONNECTION_LOSS_CODES.test(code) || /Connection terminated(?! due)/.test(message),
  );
}

/** Turns what `pg` or Prisma throws into a {@link DomainError}; anything unknown is returned as it is. */
export function translateDatabaseError(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  for (const { code, message } of errorChain(error)) {
    const known = BY_SQLSTATE[code] ?? BY_PRISMA_CODE[code];
    if (known) return known(error);
    if (UNAVAILABLE_CODES.test(code) || UNAVAILABLE_MESSAGES.test(message)) {
      return new Unavailable('The database is temporarily unavailable.', { cause: error });
    }
  }
  return error;
}

/** The error and its causes, outermost first; Prisma wraps the driver's error once or twice, or hides it in `meta`. */
function errorChain(error: unknown): { code: string; message: string }[] {
  const chain: { code: string; message: string }[] = [];
  let current: unknown = error;
  while (typeof current === 'object' && current !== null && chain.length < 5) {
    const { code, originalCode, message, cause, meta } = current as Record<string, unknown>;
    chain.push({
      code: [originalCode, code].find((value) => typeof value === 'string') ?? '',
      message: typeof message === 'string' ? message : '',
    });
    current = cause ?? (meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError;
  }
  return chain;
}
