// Brings a clone into the state in which the service can run: dependencies, generated code, build.
// Each part is skipped when its result is there and up to date.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandFailed, run, step } from './steps.mjs';

/** The clone: everything runs there, wherever the command was typed. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const STAMP = join(root, 'dist', '.sources');
const SOURCES = ['src', 'prisma/schema'];
const SETTINGS = [
  '.swcrc',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
];

/** Enters the clone and prepares it. @param stream where progress goes; a failure is shown there with what the tool printed, and ends the process */
export async function prepare(stream = process.stdout) {
  process.chdir(root);
  try {
    if (!(await isInstalled())) await step('Install dependencies', install, stream);
    const sources = await hashOfSources();
    if (!(await isBuilt(sources))) await step('Build', () => build(sources), stream);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    stream.write(`${error.output.trimEnd()}\n${error.message}\n`);
    process.exit(1);
  }
}

/** Does `node_modules` hold what `package-lock.json` asks for? Packages for other platforms may be missing. */
async function isInstalled() {
  const wanted = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = await installedPackages();
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    const installed = present[path];
    return path === '' || (installed ? installed.version === version : optional === true);
  });
}

async function installedPackages() {
  try {
    const path = join(root, 'node_modules', '.package-lock.json');
    return JSON.parse(await readFile(path, 'utf8')).packages;
  } catch {
    return {}; // never installed, or interrupted: npm writes this file last
  }
}

function install() {
  const flags = ['--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  return npm(['ci', ...flags, '--loglevel=error']);
}

/** Under `npm start` the npm that runs us, else the one on the path. */
function npm(args) {
  const own = process.env.npm_execpath;
  return own?.endsWith('.js') ? run(process.execPath, [own, ...args]) : run('npm', args);
}

async function build(sources) {
  await run(process.execPath, [bin('prisma/build/index.js'), 'generate']);
  await run(process.execPath, [bin('@nestjs/cli/bin/nest.js'), 'build']);
  await writeFile(STAMP, sources);
}

function bin(path) {
  return join(root, 'node_modules', path);
}

async function isBuilt(sources) {
  const present = [
    join(root, 'dist', 'main.js'),
    join(root, 'src', 'generated', 'prisma', 'client.ts'),
  ];
  if (!present.every((path) => existsSync(path))) return false;
  return (await readFile(STAMP, 'utf8').catch(() => '')) === sources;
}

/** Contents rather than dates: a checkout changes dates, and a clock may be wrong. */
async function hashOfSources() {
  const found = await Promise.all(SOURCES.map(filesIn));
  const hash = createHash('sha256');
  for (const path of [...SETTINGS, ...found.flat().toSorted()]) {
    hash.update(`${path}\0`).update(await readFile(join(root, path)));
  }
  return hash.digest('hex');
}

async function filesIn(folder) {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter((path) => !path.startsWith(join('src', 'generated')) && !path.endsWith('.spec.ts'));
}
