import { describe, expect, it } from '@jest/globals';
import { compareMicroversions, requestedMicroversion } from './microversion.js';

const read = (standard?: string, nova?: string) =>
  requestedMicroversion(
    {
      ...(standard !== undefined && { 'openstack-api-version': standard }),
      ...(nova !== undefined && { 'x-openstack-nova-api-version': nova }),
    },
    '2.39',
  );

describe('the microversion that a request asks for', () => {
  it('is 2.1 when no header says otherwise', () => {
    expect(read()).toEqual({ kind: 'served', text: '2.1' });
  });

  it('is the highest for "latest"', () => {
    expect(read('compute latest')).toEqual({ kind: 'served', text: '2.39' });
    expect(read(undefined, 'latest')).toEqual({ kind: 'served', text: '2.39' });
  });

  it.each([
    ['compute 2.35', '2.35'],
    ['Compute   2.35', '2.35'],
    ['volume 3.50', '2.1'],
    ['compute 2.2, volume 3.50, compute 2.7', '2.7'],
    ['computer 2.9', '2.1'],
    ['', '2.1'],
  ])('OpenStack-API-Version %j asks for %s', (header, text) => {
    expect(read(header)).toEqual({ kind: 'served', text });
  });

  it('prefers OpenStack-API-Version to the older header', () => {
    expect(read('compute 2.5', '2.6').text).toBe('2.5');
    expect(read('volume 3.5', '2.6').text).toBe('2.6');
  });

  it('takes the last of folded values of the older header', () => {
    expect(read(undefined, '2.5, 2.6').text).toBe('2.6');
  });

  it.each(['1.0', '2.0', '2.40', '3.0', '2.1000000000000000000000'])(
    'is well-formed but unsupported: %s',
    (text) => {
      expect(read(undefined, text)).toEqual({ kind: 'unsupported', text });
    },
  );

  it.each(['2', '2.1.1', 'abc', '', '02.1', '2.01', '2.-1', 'Latest', '2.1 2.2'])(
    'is malformed: %j',
    (text) => {
      expect(read(undefined, text).kind).toBe('malformed');
      expect(read(`compute ${text}`).kind).toBe('malformed');
    },
  );
});

describe('the order of microversions', () => {
  it('is numeric, part by part', () => {
    expect(compareMicroversions('2.10', '2.9')).toBeGreaterThan(0);
    expect(compareMicroversions('2.39', '2.39')).toBe(0);
    expect(compareMicroversions('1.99', '2.1')).toBeLessThan(0);
  });
});
