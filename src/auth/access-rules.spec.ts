import { describe, expect, it } from '@jest/globals';
import { pathMatches, permitsUse } from './access-rules.js';

describe('the path of an access rule', () => {
  it.each([
    ['/v2/images', '/v2/images'],
    ['/v2/images/1234', '/v2/images/{image_id}'],
    ['/v2/images/1234', '/v2/images/*'],
    ['/v2/images/1234/file', '/v2/images/*/file'],
    ['/v2/images/1234/file', '/v2/images/**'],
    ['/v2/images/', '/v2/images/**'],
    ['/v2/images/1234/tags/a', '/**'],
    ['/v2/images/1234/tags/a', '/v2/**/tags/{tag}'],
    ['/v2/images/a.b', '/v2/images/a*b'],
    ['/v2/{', '/v2/{'],
  ])('lets %s through as %s', (path, pattern) => {
    expect(pathMatches(path, pattern)).toBe(true);
  });

  it.each([
    ['/v2/images/1234', '/v2/images'],
    ['/v2/images', '/v2/images/*'],
    ['/v2/images/', '/v2/images/*'],
    ['/v2/images/', '/v2/images/{image_id}'],
    ['/v2/images/1234/file', '/v2/images/*'],
    ['/v2/images/1234/file', '/v2/images/{image_id}'],
    ['/x/v2/images', '/v2/images'],
    ['/v2/imagesx', '/v2/images'],
    ['/v2/imageX', '/v2/image.'],
    ['/v2/images', ''],
  ])('does not let %s through as %s', (path, pattern) => {
    expect(pathMatches(path, pattern)).toBe(false);
  });

  it('is judged in reasonable time however it is made', () => {
    const pattern = `/${'**a'.repeat(300)}b`;
    expect(pathMatches(`/${'a'.repeat(5000)}`, pattern)).toBe(false);
  });
});

describe('access rules', () => {
  const use = { service: 'image', method: 'GET', paths: ['/v2/images', '/image/v2/images'] };
  const rule = { service: 'image', method: 'GET', path: '/v2/images' };

  it('permit what one of them describes', () => {
    expect(permitsUse([{ ...rule, method: 'POST' }, rule], use)).toBe(true);
    expect(permitsUse([{ ...rule, path: '/image/v2/images' }], use)).toBe(true);
  });

  it.each([
    ['none', []],
    ['another service', [{ ...rule, service: 'compute' }]],
    ['another method', [{ ...rule, method: 'DELETE' }]],
    ['another path', [{ ...rule, path: '/v2/images/{id}' }]],
  ])('forbid the rest: %s', (_why, rules) => {
    expect(permitsUse(rules, use)).toBe(false);
  });

  it('permit nothing outside the services of the catalog', () => {
    expect(permitsUse([rule], { ...use, service: null })).toBe(false);
  });
});
