import type { Command } from './command.js';

const PROGRAM = 'npm run catalog --';

export function programHelp(commands: Readonly<Record<string, Command>>): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => [name, summary] as const);
  return `Usage: ${PROGRAM} <command>

Commands:
${table(rows)}

"${PROGRAM} <command> --help" tells more about one.
The database is the one that DATABASE_URL names, else the embedded one under CATALOG_DATA_DIR,
whether or not the service is running.
`;
}

export function commandHelp(name: string, command: Command): string {
  const rows = Object.entries(command.options).map(
    ([option, { summary }]) => [`--${option}`, summary] as const,
  );
  return `${usageLine(name, command)}

${command.details}

Options:
${table([...rows, ['--help', 'show this text']])}
`;
}

export const usageLine = (name: string, { usage }: Command): string =>
  `Usage: ${PROGRAM} ${name} ${usage}`;

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}
