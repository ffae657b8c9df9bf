// Which test shows which status code of which operation: from what the running tests saw, never from their names alone.
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** The operations of one API in the OpenAPI document, in its order. */
function operations(document, prefix) {
  return Object.entries(document.paths)
    .filter(([path]) => path.startsWith(prefix))
    .flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => method !== 'servers')
        .map(([method, { summary, responses }]) => ({
          name: `${method.toUpperCase()} ${path}`,
          summary,
          responses,
        })),
    );
}

/** @returns Map from `METHOD /path STATUS` to the tests that saw it, the most telling first */
async function observations(directory) {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.tsv'));
  const texts = await Promise.all(files.map((name) => readFile(join(directory, name), 'utf8')));
  const seen = new Map();
  for (const line of texts.join('\n').split('\n')) {
    const [method, url, status, file, test] = line.split('\t');
    if (!test || SKIPPED_SOMEWHERE.test(file)) continue;
    const operation = `${method} ${url.replaceAll(/:([A-Za-z_]+)/g, '{$1}')}`;
    const key = `${operation} ${status}`;
    seen.set(key, [
      ...(seen.get(key) ?? []),
      { file, test, rank: rank(operation, status, { file, test }) },
    ]);
  }
  for (const tests of seen.values()) tests.sort(byRank);
  return seen;
}

/** Tests that need what not every machine has. */
const SKIPPED_SOMEWHERE = /real-|swagger-ui/;

/**
 * A test that names the operation and the status says what it shows; a table of every route says less, and what
 * others do meanwhile differs from run to run.
 */
function rank(operation, status, { file, test }) {
  const names = (test.startsWith(`${operation} `) ? 0 : 4) + (test.includes(status) ? 0 : 2);
  const isByChance = /races|isolation/.test(file) || /\b(while|at once)\b/.test(test);
  return names + (/access|malformed/.test(file) ? 1 : 0) + (isByChance ? 8 : 0);
}

const byRank = (a, b) =>
  a.rank - b.rank ||
  compare(a.file, b.file) ||
  a.test.length - b.test.length ||
  compare(a.test, b.test);
const compare = (a, b) => (a < b ? -1 : Number(a > b));

/**
 * @param directory what `test/support/observations.ts` wrote during a run of all e2e tests
 * @returns the rows of the table, and what is wrong: documented and never seen, or seen and not documented
 */
export async function apiCoverage(directory, prefix) {
  const document = JSON.parse(await readFile(join(directory, 'openapi.json'), 'utf8'));
  const seen = await observations(directory);
  const all = operations(document, prefix);
  const rows = all.flatMap(({ name, summary, responses }) =>
    Object.entries(responses).map(([status, { description, 'x-everywhere': isEverywhere }]) => ({
      operation: name,
      summary,
      status,
      description,
      isEverywhere: EVERYWHERE.has(status) || isEverywhere === true,
      shownBy: seen.get(`${name} ${status}`) ?? [],
    })),
  );
  const documented = new Set(rows.map(({ operation, status }) => `${operation} ${status}`));
  const names = new Set(all.map(({ name }) => name));
  const undocumented = [...seen.keys()].filter(
    (key) =>
      names.has(key.replace(/ \d+$/, '')) &&
      !documented.has(key) &&
      !EVERYWHERE.has(key.split(' ').at(-1)),
  );
  return { rows, undocumented: undocumented.map((key) => ({ key, ...seen.get(key)[0] })) };
}

/** Statuses that one test shows for all operations at once, beside those that the document marks with `x-everywhere`. */
const EVERYWHERE = new Set(['405', '408', '429', '500', '503']);

/** Statuses that the published page lists and the service has no use for are described in these words. */
const NEVER = 'Not produced';

export const missing = ({ rows }) =>
  rows.filter(
    ({ isEverywhere, shownBy, description }) =>
      shownBy.length === 0 && !isEverywhere && !description.startsWith(NEVER),
  );

const isListed = ({ isEverywhere }) => !isEverywhere;

/** One section for every operation. */
export function toMarkdown({ rows }) {
  const listed = rows.filter(isListed);
  return [...new Set(listed.map(({ operation }) => operation))]
    .map((operation) =>
      section(
        operation,
        listed.filter((candidate) => candidate.operation === operation),
      ),
    )
    .join('\n');
}

function section(operation, statuses) {
  return [
    heading(operation),
    '',
    `${statuses[0].summary.replace(/\.$/, '')}.`,
    '',
    '| Status | When | Shown by |',
    '| --- | --- | --- |',
    ...statuses.map((status) => lines(status)[0]),
    '',
  ].join('\n');
}

const heading = (operation) => `### \`${operation}\``;

/** The line of the table, once for every test that could stand in it. */
function lines({ status, description, shownBy }) {
  const tests = shownBy.map(({ file, test }) => `\`${shortFile(file)}\`: ${cell(test)}`);
  return [...tests, '—'].map((test) => `| ${status} | ${cell(description)} | ${test} |`);
}

const shortFile = (file) => basename(file).replace(/\.e2e-spec\.ts$/, '');
const cell = (text) =>
  text
    .replaceAll('`', "'")
    .replaceAll(/[\n\r]+/g, ' ')
    .replaceAll(/[*_<>|[\]\\]/g, String.raw`\$&`);

/** As it was before the formatter aligned the columns. */
const unpadded = (line) => line.replaceAll(/ +\|/g, ' |');

/** @returns what the committed text says otherwise than a run of the tests; nothing when all is well */
export function differences(coverage, markdown) {
  const sections = markdown.split(/^(?=### )/m);
  const wrong = coverage.rows.filter(isListed).filter((row) => {
    const own = sections.find((text) => text.startsWith(heading(row.operation))) ?? '';
    const found = new Set(own.split('\n').map(unpadded));
    const candidates = lines(row).slice(0, Math.max(1, row.shownBy.length));
    return !candidates.some((line) => found.has(unpadded(line)));
  });
  return [
    ...wrong.map(({ operation, status }) => `not as the tests show it: ${operation} ${status}`),
    ...missing(coverage).map(({ operation, status }) => `no test: ${operation} ${status}`),
    ...coverage.undocumented.map(
      ({ key, file, test }) => `not in OpenAPI: ${key} (${file}: ${test})`,
    ),
  ];
}
