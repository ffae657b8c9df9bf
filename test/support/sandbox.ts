import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning, postmasterOf, until } from './processes.js';
import { ServiceProcess } from './service-process.js';

/** Data directories and service processes of one test file, and the end of all of them. */
export class Sandbox {
  private readonly directories: string[] = [];
  private readonly services: ServiceProcess[] = [];

  /** @param template a data directory to copy */
  async dataDir(template?: string): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'catalog-start-'));
    this.directories.push(path);
    if (template !== undefined) await cp(template, path, { recursive: true });
    return path;
  }

  start(environment: Readonly<Record<string, string>>): ServiceProcess {
    const service = ServiceProcess.spawn({ PORT: '0', ...environment });
    this.services.push(service);
    return service;
  }

  /** Ends every process, those that a failed test left behind included. */
  async stopAll(): Promise<void> {
    await Promise.all(this.services.splice(0).map((service) => service.stop('SIGKILL')));
    for (const directory of this.directories) {
      const pid = await postmasterOf(directory).catch(() => null);
      if (pid === null || !isRunning(pid)) continue;
      process.kill(pid, 'SIGQUIT');
      await until(() => !isRunning(pid));
    }
  }

  async close(): Promise<void> {
    await this.stopAll();
    await Promise.all(
      this.directories.map((path) => rm(path, { recursive: true, force: true, maxRetries: 5 })),
    );
  }
}
