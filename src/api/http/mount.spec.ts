import { describe, expect, it } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { mountOf, resolveMount, rewriteToMount } from './mount.js';

const route = (url: string, accept?: string): string => resolveMount(url, accept).url;

describe('resolveMount', () => {
  it.each([
    ['/v2/images', 'image', ''],
    ['/image/v2/images', 'image', '/image'],
    ['/image', 'image', '/image'],
    ['/', 'image', ''],
    ['/v2.1/images', 'compute', ''],
    ['/v2.1', 'compute', ''],
    ['//v2.1/images', 'compute', ''],
    ['/compute/v2.1/images', 'compute', '/compute'],
    ['/compute', 'compute', '/compute'],
    ['/identity/v3', 'identity', ''],
    ['/healthz', 'service', ''],
    ['/.well-known/oauth-protected-resource', 'service', ''],
    ['/docs/static/index.css', 'service', ''],
  ])('knows whose %s is', (url, dialect, prefix) => {
    expect(resolveMount(url).mount).toEqual({ dialect, prefix });
  });

  it.each([
    ['/image/v2/images/1?limit=2', '/v2/images/1?limit=2'],
    ['/image/v2/images?marker=/image/v2', '/v2/images?marker=/image/v2'],
    ['/compute/v2.1/images', '/v2.1/images'],
    ['/identity/v3/auth/tokens', '/identity/v3/auth/tokens'],
  ])('takes the prefix off %s', (url, expected) => {
    expect(route(url)).toBe(expected);
  });

  it.each(['v2', 'v2.0', 'v2.7', 'v2.18'])('takes the accepted label %s for v2', (label) => {
    expect(route(`/${label}/images`)).toBe('/v2/images');
    expect(route(`/image/${label}/images`)).toBe('/v2/images');
  });

  it.each(['/v1/images', '/v3', '/v2.19/images', '/v2.99/images', '/favicon.ico', '/image/x'])(
    'answers %s with the choices of the Image API',
    (url) => {
      expect(route(url)).toBe('/image-choices');
    },
  );

  it('reads a doubled label once', () => {
    expect(route('/v2/v2/images')).toBe('/v2/images');
  });

  it.each(['/', '/image', '/image/'])('answers %s with the versions of the Image API', (url) => {
    expect(route(url)).toBe('/');
  });

  it.each(['/compute', '/compute/', '/compute//'])(
    'answers %s with the versions of the Compute API',
    (url) => {
      expect(route(url)).toBe('/compute-versions');
    },
  );

  it.each(['/compute/v3/images', '/compute/v2.10/images', '/compute/images'])(
    'answers %s with the choices of the Compute API',
    (url) => {
      expect(route(url)).toBe('/compute-choices');
    },
  );

  it.each(['//v2.1/images', '/v2.1//images', '/compute//v2.1///images'])(
    'counts the slashes of %s as one each, as Nova does',
    (url) => {
      expect(route(url)).toBe('/v2.1/images');
    },
  );

  it('does not count slashes as one in the Image API', () => {
    expect(route('/v2//images')).toBe('/v2//images');
  });

  it.each(['/v2.10/images', '/v2.1x/images'])('does not take %s for the Compute API', (url) => {
    expect(resolveMount(url).mount.dialect).toBe('image');
  });

  it('leaves a trailing slash, which both image dialects answer with 404', () => {
    expect(route('/v2/images/')).toBe('/v2/images/');
    expect(route('/v2.1/images/')).toBe('/v2.1/images/');
  });

  it('takes the version from the Accept header when the path has none', () => {
    expect(route('/images', 'application/vnd.openstack.images-v2')).toBe('/v2/images');
    expect(route('/images', 'application/vnd.openstack.images-v2.5')).toBe('/v2/images');
    expect(route('/images', 'application/vnd.openstack.images-v9')).toBe('/image-choices');
    expect(route('/images', 'application/json')).toBe('/image-choices');
  });
});

describe('rewriteToMount', () => {
  const request = (method: string, url: string): IncomingMessage =>
    ({ method, url, headers: {} }) as IncomingMessage;

  it('remembers the mount for whoever answers the request', () => {
    const incoming = request('GET', '/compute/v2.1/images');

    expect(rewriteToMount(incoming)).toBe('/v2.1/images');
    expect(mountOf(incoming)).toEqual({ dialect: 'compute', prefix: '/compute' });
  });

  it('answers any method on the version list with the choices', () => {
    expect(rewriteToMount(request('GET', '/'))).toBe('/');
    expect(rewriteToMount(request('POST', '/'))).toBe('/image-choices');
  });

  it('counts a request that it never saw to the service itself', () => {
    expect(mountOf(request('GET', '/v2/images'))).toEqual({ dialect: 'service', prefix: '' });
  });
});

describe('the Compute mounts', () => {
  const compute = { dialect: 'compute', prefix: '/compute' };
  const root = { dialect: 'compute', prefix: '' };

  it.each([
    ['/compute', '/compute-versions', compute],
    ['/compute/', '/compute-versions', compute],
    ['/compute//?x=1', '/compute-versions?x=1', compute],
    ['/compute/v2.1', '/compute-version', compute],
    ['/compute/v2.1/', '/compute-version', compute],
    ['/compute/v2.1/657197/', '/compute-version/657197', compute],
    ['/compute/v2.1/657197', '/v2.1/657197', compute],
    ['/v2.1/', '/compute-version', root],
    ['/v2.1/images/', '/v2.1/images/', root],
    ['/v2.1/ABC/', '/v2.1/ABC/', root],
    ['/compute/v2.1/657197/images?limit=1', '/v2.1/657197/images?limit=1', compute],
    ['/compute//v2.1//657197///images', '/v2.1/657197/images', compute],
    ['/v2.1/657197/images', '/v2.1/657197/images', root],
    ['//v2.1/657197//images', '/v2.1/657197/images', root],
    ['/compute/v2', '/compute-version', { ...compute, isLegacy: true }],
    ['/compute/v2/', '/compute-version', { ...compute, isLegacy: true }],
    ['/compute/v2/657197/images', '/v2.1/657197/images', { ...compute, isLegacy: true }],
    ['/compute/v3/images', '/compute-choices', compute],
    ['/compute/v2.10/images', '/compute-choices', compute],
    ['/compute/images/x', '/compute-choices', compute],
  ])('%s is routed as %s', (url, target, mount) => {
    expect(resolveMount(url)).toEqual({ url: target, mount });
  });

  it('leaves slashes inside a query alone', () => {
    expect(resolveMount('/compute/v2.1/images?server=http://a//b').url).toBe(
      '/v2.1/images?server=http://a//b',
    );
  });
});
