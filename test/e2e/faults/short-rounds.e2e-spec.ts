import { describe, expect, it } from '@jest/globals';
import { Random } from '../../faults/random.js';
import type { Scenario } from '../../faults/scenario.js';
import { loseAnswers } from '../../faults/scenarios/database-trouble.js';
import { failover } from '../../faults/scenarios/failover.js';
import { killDatabase } from '../../faults/scenarios/kills.js';

// Killed services, imports, full disks and stores that fail have tests of their own; `npm run faults` does it all, often.
describe('one round of what "npm run faults" does', () => {
  it.each<[name: string, scenario: Scenario]>([
    ['kill-database', killDatabase],
    ['lose-answers', loseAnswers],
    ['failover', failover],
  ])('%s loses nothing that was acknowledged', async (_name, scenario) => {
    const notes: string[] = [];
    const running = await scenario.open(new Random(7), (line) => notes.push(line));
    try {
      const row = await running.round();
      expect(notes).toEqual([]);
      expect(row).toMatchObject({ improper: 0, lost: 0, findings: 0 });
      expect(row['acknowledged']).toBeGreaterThan(0);
    } finally {
      await running.close();
    }
  });
});
