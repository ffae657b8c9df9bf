/**
 * The service cannot start or a command cannot run. The message is one line for the operator: it names
 * what to change and never a password.
 */
export class StartupError extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'StartupError';
  }
}
