// The pages that are made from the code and its tests, and the check that they still say the same.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { apiCoverage, differences, toMarkdown } from './api-coverage.mjs';
import { root } from './prepare.mjs';

export const IMAGE_API = 'docs/api/image-v2.md';
export const POLICIES = 'docs/policies.md';

/** @param directory what the end-to-end tests saw; see `test/support/observations.ts` */
export async function imageApiPage(directory) {
  const sections = toMarkdown(await apiCoverage(directory, '/v2/'));
  return formatted(IMAGE_API, `${IMAGE_API_INTRODUCTION}\n${sections}`);
}

const IMAGE_API_INTRODUCTION = `# Image API v2: operations, status codes, tests

Written by \`npm run docs\` from what the end-to-end tests saw; \`npm test\` fails when a documented status has no test, when a
test sees a status that is not documented, or when this page says anything else than the tests. Paths are those of the root
mount (\`/v2/...\`, profile \`published\`); the same operations are under \`/image/v2/...\` (profile \`current\`). The file is
named without \`test/e2e/**/\` and \`.e2e-spec.ts\`.

Every operation answers, besides: 405 with \`Allow\` for any other method (\`methods\`), 500 in fixed words when the service is
at fault and 503 with \`Retry-After\` while the database is away (\`faults\`, for every operation that needs it). Bodies that do not arrive are
answered 408 (\`slow-bodies\`), and 429 with \`Retry-After\` is for whoever asks more often than the operator allows (\`rate-limits\`).
Callers of a suspended tenant get 403 (\`tenants\`), and 404 answers what no name or id can be (\`malformed-requests\`).


## Operations
`;

/** The rules of \`src/auth/policy.ts\`, as a page. */
export async function policiesPage() {
  const { policy } = await import(pathToFileURL(join(root, 'dist/auth/policy.js')).href);
  const rows = Object.entries(policy).map(([action, rule]) => policyRow(action, rule));
  return formatted(POLICIES, [POLICIES_INTRODUCTION, ...rows, POLICIES_END].join('\n'));
}

function policyRow(action, { description, roles, needsTenant, systemRoles = [] }) {
  const anyOf = roles.length === 0 ? 'any valid token' : list(roles);
  const system = systemRoles.length === 0 ? '' : `; in a system scope also ${list(systemRoles)}`;
  return `| \`${action}\` | ${description} | ${anyOf}${system} | ${needsTenant ? 'yes' : 'no'} |`;
}

const list = (roles) => roles.map((role) => `\`${role}\``).join(' or ');

const POLICIES_INTRODUCTION = `# Who may do what

Written by \`npm run docs\` from \`src/auth/policy.ts\`; \`npm test\` fails when the two differ.

Roles imply lesser ones: \`admin\` → \`manager\` → \`member\` → \`reader\`. A caller without the role gets 403, a caller without a
valid token 401. These rules look at the caller and the route alone; the second table is about the image.

| Action | What it is | Role | In a tenant's scope only |
| --- | --- | --- | --- |`;

const POLICIES_END = `
## What the image decides

Of \`src/images/domain/image-access.ts\`; what a caller may not see is 404, what they see and may not do is 403. Every row is
shown for every route and every kind of caller by \`test/e2e/image-v2/access-matrix.e2e-spec.ts\`.

| | private | shared | community | public |
| --- | --- | --- | --- | --- |
| show by id | owner | owner, members whatever they answered | everyone | everyone |
| in lists | owner | owner, members who accepted | owner; others with \`visibility=community\` or \`all\` | everyone |
| download the data | as show, with role \`member\` | | | |
| change, share, delete | owner, with role \`member\` | | | |
| make public | \`admin\` | | | |

\`admin\` sees and changes every image of every tenant.
`;

async function formatted(path, text) {
  const options = await resolveConfig(join(root, path));
  return format(text, { ...options, filepath: path });
}

/** @returns what is wrong with the committed pages */
export async function outdatedPages(directory) {
  const [imageApi, policies] = await Promise.all([
    readFile(join(root, IMAGE_API), 'utf8'),
    readFile(join(root, POLICIES), 'utf8'),
  ]);
  return [
    ...differences(await apiCoverage(directory, '/v2/'), imageApi),
    ...(policies === (await policiesPage()) ? [] : [`${POLICIES} differs from src/auth/policy.ts`]),
  ];
}
