import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';

describe('a histogram', () => {
  it('is printed with cumulative buckets, a sum and a count for each set of labels', async () => {
    const metrics = new Metrics();
    const histogram = metrics.histogram('wait_seconds', 'Waiting.', [0.1, 1]);
    const [here, there] = [histogram.series({ at: 'here' }), histogram.series({ at: 'there' })];
    for (const seconds of [0.05, 0.1, 0.5, 3]) here.observe(seconds);
    there.observe(2);

    expect((await metrics.print()).trim().split('\n')).toEqual([
      '# HELP wait_seconds Waiting.',
      '# TYPE wait_seconds histogram',
      'wait_seconds_bucket{at="here",le="0.1"} 2',
      'wait_seconds_bucket{at="here",le="1"} 3',
      'wait_seconds_bucket{at="here",le="+Inf"} 4',
      'wait_seconds_sum{at="here"} 3.65',
      'wait_seconds_count{at="here"} 4',
      'wait_seconds_bucket{at="there",le="0.1"} 0',
      'wait_seconds_bucket{at="there",le="1"} 0',
      'wait_seconds_bucket{at="there",le="+Inf"} 1',
      'wait_seconds_sum{at="there"} 2',
      'wait_seconds_count{at="there"} 1',
    ]);
  });
});
