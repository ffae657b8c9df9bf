import type { Readable } from 'node:stream';
import type { WriteStream } from 'node:tty';

/** What a command may talk to: the process, or what a test puts in its place. */
export interface Terminal {
  readonly environment: NodeJS.ProcessEnv;
  readonly stdin: Readable;
  readonly stdout: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY'>>;
  readonly stderr: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;
}

export interface CommandOption {
  readonly type: 'boolean' | 'string';
  /** One line of the command's help. */
  readonly summary: string;
}

export interface Invocation {
  readonly positionals: readonly string[];
  /** By the names of the command's options. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** One command of the command line. Adding one is a file and a line in `commands.ts`. */
export interface Command {
  /** One line of the list of commands. */
  readonly summary: string;
  /** The arguments as they stand behind the command's name. */
  readonly usage: string;
  /** What else a reader of the command's help must know. */
  readonly details: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  /**
   * @returns the exit code: 0 when all went well, 1 when something was wrong with what was worked on
   * @throws CommandError
   */
  run(invocation: Invocation, terminal: Terminal): Promise<number>;
}

/** The command cannot be carried out. The message is one line for the operator. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

/** The command line itself is wrong: the usage is shown with the message. */
export class UsageError extends CommandError {
  constructor(message: string) {
    super(message, 2);
  }
}
