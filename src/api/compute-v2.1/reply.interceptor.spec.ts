import { describe, expect, it } from '@jest/globals';
import { contentTypeFor } from './reply.interceptor.js';

const VENDOR = 'application/vnd.openstack.compute+json';

describe('the content type of a reply', () => {
  it.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/html', 'application/json'],
    [VENDOR, VENDOR],
    [`${VENDOR};version=2.1`, VENDOR],
    [`text/html, ${VENDOR}`, VENDOR],
    [`${VENDOR}, application/json;q=0.1`, 'application/json'],
    [`${VENDOR}, */*`, 'application/json'],
  ])('for Accept %j is %s', (accept, type) => {
    expect(contentTypeFor(accept)).toBe(type);
  });
});
