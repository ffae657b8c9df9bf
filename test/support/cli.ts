import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const LOADER = new URL('./typescript-loader.mjs', import.meta.url).href;
const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const REGISTER = `data:text/javascript,import { register } from 'node:module'; register('${LOADER}');`;

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string | Buffer;
}

/** Starts the command line as a process of its own, with nothing of this one's environment but the path. */
export function startCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  return spawn(process.execPath, ['--import', REGISTER, CLI, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs it to its end. */
export async function runCli(
  args: readonly string[],
  { environment = {}, stdin = '' }: CliOptions = {},
): Promise<CliResult> {
  const child = startCli(args, environment);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  }
  child.stdin?.on('error', () => undefined); // it may end without reading
  child.stdin?.end(stdin);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, ...output };
}
