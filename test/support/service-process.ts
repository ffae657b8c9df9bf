import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 40_000;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The built service as a process of its own, the way an operator runs it. */
export class ServiceProcess {
  private stdout = '';
  private stderr = '';
  private readonly ended: Promise<Exit>;

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        resolve({ code, signal });
      });
    });
  }

  /**
   * @param environment everything that the process sees, apart from the path of programs
   * @param flags for Node.js
   * @param program of another release than the one that was built here
   */
  static spawn(
    environment: Readonly<Record<string, string>>,
    flags: readonly string[] = [],
    program = MAIN,
  ): ServiceProcess {
    return new ServiceProcess(
      spawn(process.execPath, [...flags, program], {
        env: { PATH: process.env['PATH'], CATALOG_LOG_LEVEL: 'silent', ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      }),
    );
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('It did not start.');
    return this.child.pid;
  }

  /** Standard output so far. */
  get output(): string {
    return this.stdout;
  }

  /** Standard error so far, without the line feed at the end. */
  get complaint(): string {
    return this.stderr.trimEnd();
  }

  /** @returns the origin that the service says it listens on */
  async listening(): Promise<string> {
    const origin = await this.said(/listening on (http:\S+)/);
    return origin[1] ?? '';
  }

  /** Waits until standard output matches. @throws with both outputs when it ends or takes too long */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + START_DEADLINE_MS;
    while (Date.now() < deadline) {
      const match = pattern.exec(this.stdout);
      if (match) return match;
      if (this.child.exitCode !== null || this.child.signalCode !== null) break;
      await sleep(20);
    }
    throw new Error(`The service did not say ${String(pattern)}: ${this.stdout}${this.stderr}`);
  }

  send(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits for the end; kills a process that takes too long, so that no test leaves one behind. */
  async exit(): Promise<Exit> {
    const timer = setTimeout(() => this.send('SIGKILL'), STOP_DEADLINE_MS);
    const exit = await this.ended;
    clearTimeout(timer);
    return exit;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    this.send(signal);
    return this.exit();
  }
}
