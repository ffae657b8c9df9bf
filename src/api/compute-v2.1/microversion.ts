import type { IncomingHttpHeaders } from 'node:http';

/** compute-v2.1 section 4. The lowest is fixed; the highest is configuration. */
export const LOWEST_MICROVERSION = '2.1';

const STANDARD_HEADER = 'openstack-api-version';
const NOVA_HEADER = 'x-openstack-nova-api-version';
const FORM = /^([1-9]\d*)\.([1-9]\d*|0)$/;

/** What a request asked for: the version to serve, one outside of the range, or no version at all. */
export interface RequestedMicroversion {
  readonly kind: 'served' | 'unsupported' | 'malformed';
  readonly text: string;
}

/** Reads the request headers; without any it is the lowest version, `latest` is the highest. */
export function requestedMicroversion(
  headers: IncomingHttpHeaders,
  highest: string,
): RequestedMicroversion {
  const text = standardVersion(headers) ?? novaVersion(headers) ?? LOWEST_MICROVERSION;
  if (text === 'latest') return { kind: 'served', text: highest };
  if (!FORM.test(text)) return { kind: 'malformed', text };
  const isInRange =
    compareMicroversions(text, LOWEST_MICROVERSION) >= 0 &&
    compareMicroversions(text, highest) <= 0;
  return { kind: isInRange ? 'served' : 'unsupported', text };
}

/** Negative, zero or positive, as `a` is lower than, equal to or higher than `b`. Both are well-formed. */
export function compareMicroversions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}

/** What every answer of a negotiated route carries, failures too; its `Vary` names both. */
export const microversionHeaders = (text: string): Readonly<Record<string, string>> => ({
  'OpenStack-API-Version': `compute ${text}`,
  'X-OpenStack-Nova-API-Version': text,
});

/** `<service> <version>` in a comma list: the last entry for `compute` counts. */
function standardVersion(headers: IncomingHttpHeaders): string | undefined {
  const entries = (single(headers[STANDARD_HEADER]) ?? '').split(',');
  const last = entries.findLast((entry) => /^\s*compute(\s|$)/i.test(entry));
  return last?.trim().slice('compute'.length).trim();
}

function novaVersion(headers: IncomingHttpHeaders): string | undefined {
  return single(headers[NOVA_HEADER])?.split(',').at(-1)?.trim();
}

/** Repeated headers arrive as one comma list. */
const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(',') : value;
