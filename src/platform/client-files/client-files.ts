import { existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cloudsYaml, openrc, withAuthUrl, type Login } from './client-files.formats.js';

/** The files with which OpenStack clients log in as the administrator; readable by their owner only. */
export class ClientFiles {
  readonly cloudsYaml: string;
  readonly openrc: string;

  constructor(directory: string) {
    this.cloudsYaml = join(directory, 'clouds.yaml');
    this.openrc = join(directory, 'openrc.sh');
  }

  get exist(): boolean {
    return existsSync(this.cloudsYaml) && existsSync(this.openrc);
  }

  /** Only a first start and the configuration know the password; at any other time the files are left alone. */
  async write(login: Login): Promise<void> {
    await replace(this.cloudsYaml, cloudsYaml(login));
    await replace(this.openrc, openrc(login));
  }

  /** Tells existing files where the service is now; whatever else is in them stays. */
  async pointAt(authUrl: string): Promise<void> {
    for (const path of [this.cloudsYaml, this.openrc].filter((file) => existsSync(file))) {
      const content = await readFile(path, 'utf8');
      const updated = withAuthUrl(content, authUrl);
      if (updated !== content) await replace(path, updated);
    }
  }
}

async function replace(path: string, content: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(draft, content, { mode: 0o600, flag: 'wx' });
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
