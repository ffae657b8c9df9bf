// npm run mutation -- [folder...]: how many changes of the rules their specs notice, folder by folder.
// Takes minutes.
import { spawnSync } from 'node:child_process';

const FOLDERS = [
  'src/images/domain',
  'src/metadata/domain',
  'src/tenants/domain',
  'src/audit/domain',
];

const asked = process.argv.slice(2);
const failed = (asked.length > 0 ? asked : FOLDERS).filter((folder) => {
  const { status } = spawnSync('stryker', ['run'], {
    stdio: 'inherit',
    env: { ...process.env, MUTATED_FOLDER: folder },
  });
  return status !== 0;
});
if (failed.length > 0) console.error(`The specs overlook too much in ${failed.join(', ')}.`);
process.exitCode = failed.length > 0 ? 1 : 0;
