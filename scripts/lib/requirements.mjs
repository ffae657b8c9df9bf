import { access, readFile } from 'node:fs/promises';
import { testTitles } from './test-titles.mjs';

/** The requirements of the service: S of security, R of reliability, numbered from 1 without a gap. */
const HIGHEST = { S: 75, R: 43 };
export const REQUIREMENT_IDS = Object.entries(HIGHEST).flatMap(([kind, highest]) =>
  Array.from({ length: highest }, (_, index) => `${kind}-${String(index + 1).padStart(2, '0')}`),
);

const PAGE = 'docs/operations/requirements.md';
const SCENARIOS = 'test/faults/scenarios/index.ts';
const BOUNDARIES = '.dependency-cruiser.mjs';
const ROW = /^\| *(?<id>[A-Z]-\d+) *\|(?<rule>.*?)\|(?<evidence>.*)\|$/gm;

/** What is wrong with the page that says by which tests each requirement is shown; a line for each. */
export async function problemsOfRequirements() {
  const page = await readFile(PAGE, 'utf8');
  const rows = [...page.matchAll(ROW)].map(({ groups: { id, rule, evidence } }) => ({
    id,
    rule: rule.trim(),
    evidence: codeSpans(evidence),
  }));
  const checked = await Promise.all(rows.map(problemsOfRow));
  return [...problemsOfIds(rows.map(({ id }) => id)), ...checked.flat()];
}

function problemsOfIds(ids) {
  const seen = new Set(ids);
  return [
    ...REQUIREMENT_IDS.filter((id) => !seen.has(id)).map((id) => `${id} is missing.`),
    ...ids.filter((id) => !REQUIREMENT_IDS.includes(id)).map((id) => `${id} is no requirement.`),
    ...ids.filter((id, index) => ids.indexOf(id) < index).map((id) => `${id} is there twice.`),
  ];
}

async function problemsOfRow({ id, rule, evidence }) {
  if (rule === '') return [`${id} says no rule.`];
  if (evidence.length === 0) return [`${id} is shown by nothing.`];
  const found = await Promise.all(evidence.map(problemOf));
  return found.filter((problem) => problem !== null).map((problem) => `${id}: ${problem}`);
}

/** Evidence is `file › part of a title`, `test/faults › scenario`, a rule of imports, or a program alone. */
async function problemOf(evidence) {
  const [file, name, ...more] = evidence.split(' › ');
  if (more.length > 0) return `${evidence} names more than a file and a title.`;
  if (file === 'test/faults') return (await scenarios()).has(name) ? null : `no scenario ${name}.`;
  if (!(await exists(file))) return `${file} does not exist.`;
  if (name === undefined) return isTest(file) ? `${file} is named without a title.` : null;
  const names = file === BOUNDARIES ? await boundaries() : await titlesOf(file);
  return names.some((each) => each.includes(name)) ? null : `nothing in ${file} is called ${name}.`;
}

const isTest = (file) => /(spec|contract)\.ts$/.test(file);

/** The code of a cell; `› title` goes on with the file of the one before. */
function codeSpans(markdown) {
  let file = '';
  return [...markdown.matchAll(/`([^`]+)`/g)].map(([, code]) => {
    if (code.startsWith('› ')) return `${file} ${code}`;
    [file] = code.split(' › ');
    return code;
  });
}

const exists = (file) =>
  access(file).then(
    () => true,
    () => false,
  );

const titles = new Map();
function titlesOf(file) {
  if (!titles.has(file)) titles.set(file, testTitles(file));
  return titles.get(file);
}

async function scenarios() {
  const source = await readFile(SCENARIOS, 'utf8');
  return new Set([...source.matchAll(/^ {2}'([a-z-]+)':/gm)].map(([, name]) => name));
}

async function boundaries() {
  const { default: config } = await import('../../.dependency-cruiser.mjs');
  return config.forbidden.map(({ name }) => name);
}
