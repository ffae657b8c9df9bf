/**
 * The closed list of ways a request can fail. Dialects render each kind with one table
 * (`api/<dialect>/error.renderer.ts`), so adding a kind makes the compiler list every place to teach.
 */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'timeout'
  | 'conflict'
  | 'gone'
  | 'precondition-failed'
  | 'too-large'
  | 'over-quota'
  | 'unsupported-media'
  | 'bad-range'
  | 'rate-limited'
  | 'not-implemented'
  | 'unavailable'
  | 'internal';

export interface ErrorOptions {
  /** What went wrong below; logged, never shown. */
  readonly cause?: unknown;
  /** Response headers that belong to the error, such as `Allow` or `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further public members of the error body, where the dialect has room for them. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * A failure with a meaning for the caller. `message` is public: no SQL, paths, hosts or secrets;
 * text that came from the request goes through {@link quote}. `code` is stable and may be overridden
 * by a dialect where the two APIs answer differently.
 */
export class DomainError extends Error {
  readonly headers: Readonly<Record<string, string>>;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    options: ErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.headers = options.headers ?? {};
    this.details = options.details ?? {};
  }
}

/** The request is malformed or breaks a rule about values. */
export class InvalidRequest extends DomainError {
  constructor(message: string, options?: ErrorOptions) {
    super('invalid', 'invalid-request', message, options);
  }
}

/** Nobody is established as the caller. One text for every cause, so that it tells nothing (S-08). */
export class Unauthenticated extends DomainError {
  constructor(options?: ErrorOptions) {
    super(
      'unauthenticated',
      'unauthenticated',
      'The request you have made requires authentication.',
      options,
    );
  }
}

/** The caller is known and sees the thing, but may not do this. */
export class Forbidden extends DomainError {
  constructor(message = 'You are not authorized to complete this action.', options?: ErrorOptions) {
    super('forbidden', 'forbidden', message, options);
  }
}

/** No such thing, or none that this caller may see. */
export class NotFound extends DomainError {
  constructor(message = 'The resource could not be found.', options?: ErrorOptions) {
    super('not-found', 'not-found', message, options);
  }
}

/** The state of the thing does not allow this now. */
export class Conflict extends DomainError {
  constructor(message: string, options?: ErrorOptions) {
    super('conflict', 'conflict', message, options);
  }
}

/** A dependency (database, identity, store) cannot answer; the same request may work later. */
export class Unavailable extends DomainError {
  constructor(message = 'The service is temporarily unavailable.', options: ErrorOptions = {}) {
    super('unavailable', 'unavailable', message, {
      ...options,
      headers: { 'Retry-After': '1', ...options.headers },
    });
  }
}

/**
 * More is asked for than can be answered in time. A refusal is counted and in the log of requests; there may be thousands in a second, so
 * it is no fault that is logged, too.
 */
export class Overloaded extends Unavailable {
  constructor() {
    super('The service is busy.');
  }
}

/** Text from a request as it may appear in a message: quoted, on one line, at most 200 characters. */
export function quote(text: string): string {
  const printable = text.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, '\uFFFD');
  const characters = [...printable];
  return `'${characters.length > 200 ? `${characters.slice(0, 200).join('')}…` : printable}'`;
}
