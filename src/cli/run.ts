import { parseArgs } from 'node:util';
import { CommandError, UsageError, type Command, type Terminal } from './command.js';
import { COMMANDS } from './commands.js';
import { explain } from './explain.js';
import { commandHelp, programHelp, usageLine } from './help.js';

const HELP = new Set(['--help', '-h', 'help']);

/**
 * Runs one command line. Says on stderr, in one line, why something did not work.
 * @returns the exit code: 0, 1 when the work had faults, 2 when it was not begun
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name = '', ...rest] = args;
  if (HELP.has(name)) {
    terminal.stdout.write(programHelp(COMMANDS));
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    const problem = name === '' ? 'Which command?' : `There is no command "${name}".`;
    terminal.stderr.write(`${problem}\n\n${programHelp(COMMANDS)}`);
    return 2;
  }
  try {
    return await runCommand(name, command, rest, terminal);
  } catch (error) {
    terminal.stderr.write(`${explain(error)}\n`);
    if (error instanceof UsageError) terminal.stderr.write(`${usageLine(name, command)}\n`);
    return error instanceof CommandError ? error.exitCode : 1;
  }
}

async function runCommand(
  name: string,
  command: Command,
  args: string[],
  terminal: Terminal,
): Promise<number> {
  const { values, positionals } = parse(command, args);
  if (values['help'] === true) {
    terminal.stdout.write(commandHelp(name, command));
    return 0;
  }
  return command.run({ positionals, options: values }, terminal);
}

function parse({ options }: Command, args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { ...options, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('. To specify');
    throw new UsageError(reason.replace(/\.?$/, '.'));
  }
}
