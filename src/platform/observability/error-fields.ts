const MOST_CAUSES = 5;
const CREDENTIALS_IN_URL = /(:\/\/)[^\s/@]+@/g;

/** An error as it is logged. */
export interface ErrorFields {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorFields;
}

/**
 * The parts of an error that are known to be harmless. Drivers and SDKs hang requests with their headers, parameters
 * of statements and whole configurations on their errors; none of that may reach a log (S-11).
 */
export function errorFields(thrown: unknown, depth = 0): ErrorFields {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: 'Not an error.' };
  const { code } = thrown as NodeJS.ErrnoException;
  return {
    type: thrown.name,
    message: withoutCredentials(thrown.message),
    ...(typeof code === 'string' && { code }),
    ...(thrown.stack !== undefined && { stack: withoutCredentials(thrown.stack) }),
    ...(thrown.cause !== undefined &&
      depth < MOST_CAUSES && { cause: errorFields(thrown.cause, depth + 1) }),
  };
}

const withoutCredentials = (text: string): string => text.replaceAll(CREDENTIALS_IN_URL, '$1***@');
