import type { IncomingMessage } from 'node:http';

export type Dialect = 'image' | 'compute' | 'identity' | 'service';

/** Which representation a mount speaks: the API of today, or the published pages of 2014-15. */
export type Profile = 'current' | 'published';

/**
 * Where a request came in. Both dialects are served under a prefix (`/image`, `/compute`: the
 * endpoints of the service catalog) and on the bare root (the literal routes of the published pages).
 * Routes are declared once, in root form; {@link resolveMount} takes the prefix off before routing.
 */
export interface Mount {
  readonly dialect: Dialect;
  readonly prefix: '' | '/image' | '/compute';
  /** `/compute/v2`: the same operations for clients from before microversions (compute-v2.1 section 2). */
  readonly isLegacy?: true;
}

const IMAGE_LABEL = /^v2(\.(\d|1[0-8]))?$/;
const ACCEPT_LABEL = /application\/vnd\.openstack\.images-(v[0-9.]+)/;
const IMAGE_VERSIONS = '/';
/** The version list again, for every method and every path without an accepted label. */
const IMAGE_CHOICES = '/image-choices';
const COMPUTE_VERSIONS = '/compute-versions';
/** One version; with the tenant of `/v2.1/{tenant}/` behind it. Routes cannot end in a slash, so it is named. */
const COMPUTE_VERSION = '/compute-version';
const COMPUTE_CHOICES = '/compute-choices';

/** Kept in the request: entries of a WeakMap cost every request, and every collection of garbage, several times as much. */
const MOUNT = Symbol('mount');

interface Mounted {
  [MOUNT]?: Mount;
}

const UNMOUNTED: Mount = { dialect: 'service', prefix: '' };

/** The mount of a request that went through {@link rewriteToMount}. */
export function mountOf(request: IncomingMessage): Mount {
  return (request as Mounted)[MOUNT] ?? UNMOUNTED;
}

/** Fastify's `rewriteUrl`: remembers the mount and returns the URL that the routes are declared with. */
export function rewriteToMount(request: IncomingMessage): string {
  const { url, mount } = resolveMount(request.url ?? '/', request.headers.accept);
  (request as Mounted)[MOUNT] = mount;
  return url === IMAGE_VERSIONS && request.method !== 'GET' ? IMAGE_CHOICES : url;
}

/** Pure core of {@link rewriteToMount}; version routing of image-v2 1.1 and compute-v2.1 2. */
export function resolveMount(url: string, accept?: string): { url: string; mount: Mount } {
  const queryStart = url.indexOf('?');
  const path = queryStart < 0 ? url : url.slice(0, queryStart);
  const query = queryStart < 0 ? '' : url.slice(queryStart);
  const { mount, path: target } = resolvePath(path, accept);
  return { url: target + query, mount };
}

interface Resolved {
  readonly path: string;
  readonly mount: Mount;
}

function resolvePath(path: string, accept?: string): Resolved {
  const first = firstSegment(path);
  if (first === 'image') {
    return {
      path: imagePath(path.slice('/image'.length), accept),
      mount: { dialect: 'image', prefix: '/image' },
    };
  }
  if (first === 'compute') return underCompute(collapseSlashes(path.slice('/compute'.length)));
  if (first === 'identity') {
    return { path: withoutEndSlashes(path), mount: { dialect: 'identity', prefix: '' } };
  }
  if (SERVICE_SEGMENTS.has(first)) return { path, mount: { dialect: 'service', prefix: '' } };
  if (/^\/*v2\.1(\/|$)/.test(path)) {
    return { path: versionPath(collapseSlashes(path)), mount: { dialect: 'compute', prefix: '' } };
  }
  return { path: imagePath(path, accept), mount: { dialect: 'image', prefix: '' } };
}

/** First path segments that belong to the service itself, not to a dialect. */
const SERVICE_SEGMENTS = new Set([
  'docs',
  'docs-json',
  'healthz',
  'readyz',
  'healthcheck',
  'metrics',
  'catalog',
  '.well-known',
]);

function firstSegment(path: string): string {
  return /^\/([^/]*)/.exec(path)?.[1] ?? '';
}

/** Identity clients write collections and version documents with and without a slash at the end. */
function withoutEndSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

/** `/v2.7/images` and `/v2/v2/images` are `/v2/images`; what has no accepted label is the version list. */
function imagePath(path: string, accept?: string): string {
  if (path === '' || path === '/') return labelled('/', accept) ?? IMAGE_VERSIONS;
  if (path === '/versions' || path === '/healthcheck') return path;
  const label = firstSegment(path);
  if (!IMAGE_LABEL.test(label)) return labelled(path, accept) ?? IMAGE_CHOICES;
  const rest = path.slice(label.length + 1);
  return `/v2${rest.startsWith('/v2/') ? rest.slice('/v2'.length) : rest}`;
}

/** Versioning by `Accept: application/vnd.openstack.images-v2`: the path then has no version prefix. */
function labelled(path: string, accept?: string): string | null {
  const label = accept === undefined ? undefined : ACCEPT_LABEL.exec(accept)?.[1];
  return label !== undefined && IMAGE_LABEL.test(label) ? `/v2${path}` : null;
}

/** The versions at the top, the alias `/v2`, and the choices for everything outside `/v2.1`. */
function underCompute(path: string): Resolved {
  const mount: Mount = { dialect: 'compute', prefix: '/compute' };
  if (path === '' || path === '/') return { path: COMPUTE_VERSIONS, mount };
  if (/^\/v2\.1(\/|$)/.test(path)) return { path: versionPath(path), mount };
  if (/^\/v2(\/|$)/.test(path)) {
    const target = `/v2.1${path.slice('/v2'.length)}`;
    return { path: versionPath(target), mount: { ...mount, isLegacy: true } };
  }
  return { path: COMPUTE_CHOICES, mount };
}

/** `/v2.1`, `/v2.1/` and `/v2.1/{tenant}/` show the version; without its slash the last one is nothing. */
function versionPath(path: string): string {
  if (path === '/v2.1' || path === '/v2.1/') return COMPUTE_VERSION;
  const tenant = /^\/v2\.1(\/[0-9a-f-]+)\/$/.exec(path)?.[1];
  return tenant === undefined ? path : `${COMPUTE_VERSION}${tenant}`;
}

/** In the Compute dialect runs of slashes count as one, as the published `GET //v2.1/...` needs. */
const collapseSlashes = (path: string): string => path.replaceAll(/\/{2,}/g, '/');
