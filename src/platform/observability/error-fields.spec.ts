import { describe, expect, it } from '@jest/globals';
import { errorFields } from './error-fields.js';

describe('an error in the log', () => {
  it('keeps type, message, code, stack and causes', () => {
    const cause = Object.assign(new TypeError('refused'), { code: 'ECONNREFUSED' });
    expect(errorFields(new Error('no store', { cause }))).toMatchObject({
      type: 'Error',
      message: 'no store',
      stack: expect.stringContaining('error-fields.spec'),
      cause: { type: 'TypeError', message: 'refused', code: 'ECONNREFUSED' },
    });
  });

  it('keeps nothing that a driver hung on it, and no credentials of a URL', () => {
    const error = Object.assign(new Error('cannot reach postgres://me:hunter2@db/x'), {
      request: { headers: { 'x-auth-token': 'hunter2' } },
      parameters: ['hunter2'],
    });
    const logged = JSON.stringify(errorFields(error));
    expect(logged).not.toContain('hunter2');
    expect(logged).toContain('postgres://***@db/x');
  });

  it('says nothing about what is no error, and ends in a circle of causes', () => {
    expect(errorFields('hunter2')).toEqual({ type: 'string', message: 'Not an error.' });
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(errorFields(error)).match(/"round"/g)).toHaveLength(6);
  });
});
