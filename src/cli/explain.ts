import { inspect } from 'node:util';
import { DomainError } from '../kernel/errors.js';
import { StartupError } from '../platform/lifecycle/startup-error.js';
import { CommandError } from './command.js';

/** What an operator can act upon, in one line; what should not happen, with everything about it. */
export function explain(error: unknown): string {
  if (error instanceof CommandError || error instanceof StartupError) return error.message;
  return error instanceof DomainError ? withCause(error.message, error.cause) : inspect(error);
}

function withCause(message: string, cause: unknown): string {
  if (!(cause instanceof Error)) return message;
  return `${message.replace(/\.$/, '')} (${cause.message}).`;
}
