import fc from 'fast-check';
import type { Method, TestRequest } from './app.js';

/** A request to one of the declared routes, with something wrong about it more often than not. */
export interface MalformedRequest {
  readonly method: Method;
  readonly url: string;
  readonly caller: 'admin' | 'member' | 'reader' | 'nobody' | 'forged';
  readonly headers: NonNullable<TestRequest['headers']>;
  readonly body?: string;
}

/** A declared route with a body that it would accept. */
export interface Target {
  readonly method: Method;
  /** With parameters as `:name`. */
  readonly url: string;
  readonly body?: unknown;
  /** Values with which the route finds something. */
  readonly parameters: Readonly<Record<string, string>>;
}

const NASTY_TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\u{1F427}',
  '\uFEFF',
  '\u202Eabc',
  '../../etc/passwd',
  "'; DROP TABLE images; --",
  '%',
  '_',
  '\\',
  '"',
  '${7*7}',
  '<script>',
  'null',
  'NaN',
  '1e999',
  '-1',
  '9223372036854775808',
  '0x10',
  '2026-13-40T99:99:99Z',
  '0000-00-00T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  'gt:',
  'gte:not-a-date',
  'in:',
  'in:"',
  'in:a,,b',
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(256),
  'x'.repeat(70_000),
];

const NASTY_VALUES: readonly unknown[] = [
  ...NASTY_TEXTS,
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  [],
  {},
  [[]],
  [null],
  { a: { b: { c: [1, 2, { d: null }] } } },
  JSON.parse('{"__proto__": {"admin": true}}'),
];

/** In a URL: raw bytes too, which no encoder would write. */
const NASTY_SEGMENTS: readonly string[] = [
  ...NASTY_TEXTS.filter((text) => text.length < 1000).map(encodeURIComponent),
  '%',
  '%zz',
  '%ff%fe',
  '%c0%af',
  '%00',
  '.',
  '..',
  '%2e%2e',
  '%2f',
  ';a=b',
  'x'.repeat(3000),
];

const QUERY_NAMES = (
  'limit marker sort sort_key sort_dir name status owner visibility member_status os_hidden protected tag size_min ' +
  'size_max created_at updated_at changes-since id disk_format min_ram server type domain_id effective include_names ' +
  'resource_types v2 __proto__ x.y %00 store'
).split(' ');

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  accept: ['', '*/*', 'text/html', 'application/xml', 'application/json;q=0', ',,;;', '\u00ff'],
  'content-type': [
    '',
    'text/plain',
    'application/json; charset=utf-7',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'application/openstack-images-v2.1-json-patch',
    'application/openstack-images-v2.0-json-patch',
    'application/openstack-images-v9.9-json-patch',
    ';;',
  ],
  'content-encoding': ['gzip', 'br', 'nonsense'],
  'if-match': ['', '*', '"', 'W/"x"', '"a", "b', 'x'.repeat(2000)],
  'if-none-match': ['', '*', '"', 'W/"x"', ',,,'],
  range: ['', 'bytes=', 'bytes=9-1', 'bytes=-0', 'bytes=0-0,5-6', 'lines=1-2', 'bytes=a-b'],
  'content-range': ['bytes 0-1/2', 'nonsense'],
  'x-auth-token': ['', ' ', 'x', 'a.b.c', 'x'.repeat(9000), '\u00ff\u00fe'],
  'x-subject-token': ['', 'x', 'a.b.c'],
  'x-openstack-request-id': ['', 'nonsense', 'req-' + 'x'.repeat(300)],
  'openstack-api-version': ['', 'compute', 'compute 9.9', 'compute latest', 'compute 2.-1'],
  'x-openstack-nova-api-version': ['2', '2.999999999999', 'latest'],
  'x-image-meta-store': ['', 'nowhere', '../x'],
  'x-forwarded-for': ['nonsense', '::1'],
  'x-forwarded-proto': ['gopher'],
  forwarded: ['for=;;;'],
  host: ['', 'a b', 'x:99999999', '[::'],
  origin: ['null', 'nonsense'],
  'accept-encoding': ['gzip', 'identity;q=0'],
};

const BROKEN_BODIES: readonly string[] = [
  '',
  ' ',
  '{',
  '{"a":',
  '[1,2',
  '"\\ud800"',
  '{"name": "\\ud800"}',
  '{"name": "\\u0000"}',
  '{"a":1,"a":2}',
  '\uFEFF{}',
  '{}{}',
  'null',
  '1e400',
  '"text"',
  '\u0000',
  `${'['.repeat(5000)}${']'.repeat(5000)}`,
  `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
  `{"name": "${'x'.repeat(100_000)}"}`,
  JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`p${i}`, 'x']))),
];

const nastyText = fc.oneof(
  fc.constantFrom(...NASTY_TEXTS),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const nastyValue = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY_VALUES) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
);

/** The document with one member, at any depth, replaced, added or taken away. */
function mutated(document: unknown): fc.Arbitrary<unknown> {
  if (typeof document !== 'object' || document === null) return nastyValue;
  const keys = Object.keys(document);
  const here = fc
    .oneof(nastyText, fc.constantFrom('x', ...keys))
    .chain((key) =>
      fc.option(nastyValue, { nil: undefined }).map((value) => withMember(document, key, value)),
    );
  if (keys.length === 0) return here;
  const below = fc
    .constantFrom(...keys)
    .chain((key) =>
      mutated((document as Record<string, unknown>)[key]).map((value) =>
        withMember(document, key, value),
      ),
    );
  return fc.oneof({ weight: 3, arbitrary: below }, { weight: 2, arbitrary: here }, nastyValue);
}

function withMember(document: object, key: string, value: unknown): unknown {
  if (Array.isArray(document))
    return document.with(Math.min(document.length - 1, Number(key) || 0), value);
  return Object.defineProperty({ ...document }, key, {
    value,
    enumerable: true,
    configurable: true,
  });
}

const bodyFor = ({ body = {} }: Target): fc.Arbitrary<string | undefined> =>
  fc.oneof(
    { weight: 6, arbitrary: mutated(body).map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: fc.constantFrom(...BROKEN_BODIES) },
    { weight: 1, arbitrary: fc.constant(JSON.stringify(body)) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );

const segment = fc.oneof(
  fc.constantFrom(...NASTY_SEGMENTS),
  nastyText.map((text) => encodeURIComponent([...text].slice(0, 200).join(''))),
);

/** Parameters that exist as often as not, so that requests get beyond the look-up. */
function pathFor({ url, parameters }: Target): fc.Arbitrary<string> {
  const names = [...url.matchAll(/:([A-Za-z_]+)/g)].map(([, name = '']) => name);
  const values = names.map((name) => {
    const known = parameters[name];
    return known === undefined
      ? segment
      : fc.oneof({ weight: 3, arbitrary: fc.constant(known) }, { weight: 1, arbitrary: segment });
  });
  return fc.tuple(...values).map((chosen) => {
    const rest = [...chosen];
    return url.replaceAll(/:[A-Za-z_]+/g, () => rest.shift() ?? '');
  });
}

const parameter = fc
  .tuple(fc.oneof(fc.constantFrom(...QUERY_NAMES), segment), fc.option(segment, { nil: undefined }))
  .map(([name, value]) => (value === undefined ? name : `${name}=${value}`));
const query = fc
  .array(parameter, { maxLength: 4 })
  .map((parts) => (parts.length === 0 ? '' : `?${parts.join('&')}`));

const header = fc
  .constantFrom(...Object.keys(HEADERS))
  .chain((name) => fc.tuple(fc.constant(name), fc.constantFrom(...(HEADERS[name] ?? []))));
const headers = fc.array(header, { maxLength: 3 }).map((pairs) => Object.fromEntries(pairs));

const caller = fc.oneof(
  { weight: 6, arbitrary: fc.constant('admin' as const) },
  { weight: 3, arbitrary: fc.constant('member' as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('reader' as const, 'nobody' as const, 'forged' as const),
  },
);

/** Requests to these routes, in every mixture of right and wrong. */
export function malformedRequests(targets: readonly Target[]): fc.Arbitrary<MalformedRequest> {
  return fc.constantFrom(...targets).chain((target) =>
    fc
      .record({ path: pathFor(target), query, headers, body: bodyFor(target), caller })
      .map(({ path, body, ...request }) => ({
        method: target.method,
        url: `${path}${request.query}`,
        caller: request.caller,
        headers: request.headers,
        ...(body !== undefined && target.method !== 'GET' && target.method !== 'HEAD' && { body }),
      })),
  );
}
