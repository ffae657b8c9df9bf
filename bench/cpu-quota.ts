import { access, mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const PERIOD_US = 20_000;

/** Where this machine keeps its control groups for processors, and how a quota is written there. */
const HIERARCHIES = [
  {
    root: '/sys/fs/cgroup/cpu',
    settings: (quotaUs: number) => ({
      'cpu.cfs_period_us': String(PERIOD_US),
      'cpu.cfs_quota_us': String(quotaUs),
    }),
  },
  {
    root: '/sys/fs/cgroup',
    settings: (quotaUs: number) => ({ 'cpu.max': `${quotaUs} ${PERIOD_US}` }),
  },
] as const;

/**
 * Lets each of the processes have so much of a processor and no more: a slower processor of its own. Linux only, and only
 * for root.
 * @param share above 0, up to 1
 * @returns what takes the limits away again, when the processes have ended; null where limits cannot be set
 */
export async function limitCpu(
  pids: readonly number[],
  share: number,
): Promise<(() => Promise<void>) | null> {
  const directories: string[] = [];
  const release = async (): Promise<void> => {
    for (const directory of directories) await rmdir(directory);
  };
  for (const { root, settings } of HIERARCHIES) {
    try {
      for (const pid of pids) {
        const directory = join(root, `catalog-bench-${pid}`);
        await mkdir(directory);
        directories.push(directory);
        await confine(directory, { ...settings(share * PERIOD_US), 'cgroup.procs': String(pid) });
      }
      return release;
    } catch {
      // Not this hierarchy, or not for us.
      await release().catch(() => undefined);
      directories.length = 0;
    }
  }
  return null;
}

/** Writes files that have to be there already. */
async function confine(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await access(join(directory, file));
    await writeFile(join(directory, file), text);
  }
}
