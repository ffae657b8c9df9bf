import { describe } from '@jest/globals';
import { OF_MANY } from '../../faults/of-many.js';
import { roundsOf } from '../../faults/one-round.js';
import { SCENARIOS } from '../../faults/scenarios/index.js';

const rounds = await roundsOf(Object.keys(SCENARIOS).filter((name) => !OF_MANY.includes(name)));

describe('one round of what "npm run faults" does', () => {
  for (const declare of rounds) declare();
});
