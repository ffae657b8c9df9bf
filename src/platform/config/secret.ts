import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { z } from 'zod';
import { StartupError } from '../lifecycle/startup-error.js';

const HIDDEN = '[secret]';

/** A value that logs, JSON and error texts never show; only {@link reveal} gives it away. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

/** Where a secret is kept: settings name the place, never the secret itself. */
export const secretReference = z.union(
  [z.strictObject({ file: z.string().min(1) }), z.strictObject({ env: z.string().min(1) })],
  { error: 'must be {"file": "<path>"} or {"env": "<variable>"}' },
);

export type SecretReference = z.infer<typeof secretReference>;

/**
 * Fetches the secret; a file's last line break does not count.
 * @throws StartupError naming the place when it is missing or empty
 */
export function resolveSecret(reference: SecretReference, environment: NodeJS.ProcessEnv): Secret {
  const [place, value] =
    'file' in reference
      ? [reference.file, contentOf(reference.file)]
      : [reference.env, environment[reference.env] ?? ''];
  if (value === '') throw new StartupError(`The secret in ${place} is missing or empty.`);
  return new Secret(value);
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new StartupError(`The secret file ${path} cannot be read.`, { cause });
  }
}
