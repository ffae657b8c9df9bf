import { DomainError, InvalidRequest, quote } from '../../kernel/errors.js';

/** The operator's rules forbid the URL, or it leads to an address that nobody outside may reach. */
export class UrlRefused extends InvalidRequest {
  constructor(host: string, cause?: unknown) {
    super(`The URI with the host ${quote(host)} does not pass filtering.`, { cause });
  }
}

/**
 * Whatever went wrong while fetching. One text for all of it (S-57): a closed port, a silent host and a refused
 * redirect must look alike; the difference is in `cause`, for the log.
 */
export class SourceFailed extends DomainError {
  constructor(cause: unknown) {
    super('unavailable', 'source-failed', 'The data could not be fetched from its source.', {
      cause,
    });
  }
}

/** The source has or sends more than may be taken. */
export class SourceTooLarge extends DomainError {
  constructor(maxBytes: bigint) {
    super('too-large', 'source-too-large', `The source has more than ${maxBytes} bytes.`);
  }
}

/** The source answered with something else than the data; stands as the cause behind {@link SourceFailed}. */
export class UnusableAnswer extends Error {
  constructor(readonly status: number) {
    super(`The source answered with the status ${status}.`);
  }
}
