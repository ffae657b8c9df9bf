// Is every requirement in docs/operations/requirements.md, and every test there that is said to show it?
import { problemsOfRequirements } from './lib/requirements.mjs';

const problems = await problemsOfRequirements();
for (const problem of problems) console.log(`docs/operations/requirements.md: ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);
