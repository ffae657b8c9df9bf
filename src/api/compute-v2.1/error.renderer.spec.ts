import { describe, expect, it } from '@jest/globals';
import { DomainError, InvalidRequest, Unavailable, type ErrorKind } from '../../kernel/errors.js';
import { renderComputeError } from './error.renderer.js';

describe('the error envelope', () => {
  it.each([
    ['invalid', 400, 'badRequest'],
    ['unauthenticated', 401, 'unauthorized'],
    ['forbidden', 403, 'forbidden'],
    ['not-found', 404, 'itemNotFound'],
    ['method-not-allowed', 405, 'badMethod'],
    ['not-acceptable', 406, 'computeFault'],
    ['conflict', 409, 'conflictingRequest'],
    ['too-large', 413, 'overLimit'],
    ['over-quota', 413, 'overLimit'],
    ['unsupported-media', 415, 'badMediaType'],
    ['rate-limited', 429, 'overLimit'],
    ['internal', 500, 'computeFault'],
    ['not-implemented', 501, 'notImplemented'],
    ['unavailable', 503, 'serviceUnavailable'],
  ] as const satisfies [ErrorKind, number, string][])('of %s is %i %s', (kind, status, name) => {
    const rendered = renderComputeError(new DomainError(kind, 'code', 'Message.'));
    expect(rendered.status).toBe(status);
    expect(rendered.contentType).toBe('application/json; charset=UTF-8');
    expect(JSON.parse(rendered.body)).toEqual({ [name]: { code: status, message: 'Message.' } });
  });

  it('answers 403 to too many properties and 404 to a missing one, unlike the Image API', () => {
    const statusOf = (kind: ErrorKind, code: string) =>
      renderComputeError(new DomainError(kind, code, 'Message.')).status;
    expect(statusOf('over-quota', 'property-quota')).toBe(403);
    expect(statusOf('conflict', 'property-missing')).toBe(404);
  });

  it('repeats Retry-After in the body of limits only', () => {
    const limit = new DomainError('rate-limited', 'rate', 'Slow.', {
      headers: { 'Retry-After': '7' },
    });
    expect(JSON.parse(renderComputeError(limit).body).overLimit.retryAfter).toBe('7');
    expect(renderComputeError(new Unavailable()).body).not.toContain('retryAfter');
    expect(renderComputeError(new InvalidRequest('x')).body).not.toContain('retryAfter');
  });
});
