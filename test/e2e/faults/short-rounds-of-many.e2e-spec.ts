import { describe } from '@jest/globals';
import { OF_MANY } from '../../faults/of-many.js';
import { roundsOf } from '../../faults/one-round.js';

const rounds = await roundsOf(OF_MANY);

describe('one round of what "npm run faults" does to several servers', () => {
  for (const declare of rounds) declare();
});
