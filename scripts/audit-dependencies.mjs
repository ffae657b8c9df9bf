// Known holes in the packages that run in production: high and critical ones fail. A registry that answers no audits
// leaves it unknown, which is said and is no failure. Not part of `npm test`, which must not depend on today's news.
import { spawnSync } from 'node:child_process';

const GRAVE = new Set(['high', 'critical']);

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });
const report = parse(stdout);
if (report?.vulnerabilities === undefined) {
  console.log(`Dependencies not checked: ${report?.message ?? 'no answer from the registry.'}`);
  process.exit(0);
}
const grave = Object.values(report.vulnerabilities).filter(({ severity }) => GRAVE.has(severity));
for (const { name, severity, range, via } of grave) {
  const titles = via.map((each) => (typeof each === 'string' ? `by ${each}` : each.title));
  console.log(`${name} ${range}: ${severity}; ${titles.join('; ')}`);
}
console.log(`${grave.length} packages in production with advisories of high severity or above.`);
process.exit(grave.length === 0 ? 0 : 1);

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
