import { spawn } from 'node:child_process';

const FRAME_MS = 100;
const FRAMES = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'];

/** A program that ended badly; `output` is what it had printed. */
export class CommandFailed extends Error {
  constructor(command, status, output) {
    super(`${command} failed (${status}).`);
    this.output = output;
  }
}

/**
 * Shows what is being done, on one line with a check mark and how long it took: live on a terminal,
 * plain lines elsewhere. `stream` is stdout, or stderr where stdout carries data.
 */
export async function step(label, work, stream = process.stdout) {
  const startedAt = Date.now();
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
  const stopSpinning = stream.isTTY ? spin(label, seconds, stream) : announce(label, stream);
  try {
    const result = await work();
    stopSpinning();
    stream.write(`✓ ${label} (${seconds()})\n`);
    return result;
  } catch (error) {
    stopSpinning();
    stream.write(`✗ ${label} (${seconds()})\n`);
    throw error;
  }
}

function announce(label, stream) {
  stream.write(`… ${label}\n`);
  return () => undefined;
}

function spin(label, seconds, stream) {
  let frame = 0;
  const timer = setInterval(() => {
    stream.write(`\r${FRAMES[frame++ % FRAMES.length]} ${label} ${seconds()}`);
  }, FRAME_MS);
  return () => {
    clearInterval(timer);
    stream.write('\r\u001B[K');
  };
}

/** Runs a program to its end and returns what it printed; throws {@link CommandFailed}. */
export function run(program, args, { env = {}, timeoutMs } = {}) {
  const command = [program, ...args].join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    const timer = timeoutMs && setTimeout(() => child.kill(), timeoutMs);
    child.once('error', (error) => reject(new CommandFailed(command, error.code, output)));
    child.once('close', (status, signal) => {
      clearTimeout(timer);
      if (status === 0) resolve(output);
      else reject(new CommandFailed(command, signal ?? `exit code ${status}`, output));
    });
  });
}
