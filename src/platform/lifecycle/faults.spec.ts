import { describe, expect, it } from '@jest/globals';
import { Metrics } from '../observability/metrics/metrics.js';
import { Faults } from './faults.js';

function watched() {
  const clock = { ms: 0 };
  const seen = { told: [] as unknown[], ends: 0 };
  const faults = new Faults(
    (kind, error) => seen.told.push([kind, error]),
    () => {
      seen.ends += 1;
    },
    () => clock.ms,
  );
  return { clock, seen, faults };
}

describe('what nobody caught', () => {
  it('is told and counted by kind', async () => {
    const { seen, faults } = watched();
    const metrics = new Metrics();
    faults.countIn(metrics);
    faults.add('rejection', 'first');
    faults.add('rejection', 'second');

    expect(seen.told).toEqual([
      ['rejection', 'first'],
      ['rejection', 'second'],
    ]);
    const text = await metrics.print();
    expect(text).toContain('catalog_faults_total{kind="rejection"} 2');
    expect(text).toContain('catalog_faults_total{kind="exception"} 0');
  });

  it('ends the process when there is much of it in a minute, not when it is rare', () => {
    const { clock, seen, faults } = watched();
    for (let times = 0; times < 100; times += 1) {
      clock.ms += 5000;
      faults.add('exception', 'rare');
    }
    expect(seen.ends).toBe(0);
    for (let times = 0; times < 20; times += 1) faults.add('exception', 'many');
    expect(seen.ends).toBeGreaterThan(0);
  });
});
