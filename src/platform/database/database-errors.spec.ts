import { describe, expect, it } from '@jest/globals';
import { DomainError, NotFound, Unavailable } from '../../kernel/errors.js';
import {
  isConnectionLoss,
  ReferenceLost,
  ValueTooLong,
  translateDatabaseError,
  UniqueViolation,
  WriteConflict,
} from './database-errors.js';

const error = (code: string, message = 'secret detail: SELECT 1'): Error =>
  Object.assign(new Error(message), { code });

describe('translateDatabaseError', () => {
  it.each([
    ['23505', UniqueViolation],
    ['P2002', UniqueViolation],
    ['22001', ValueTooLong],
    ['23503', ReferenceLost],
    ['P2025', ReferenceLost],
    ['40001', WriteConflict],
    ['40P01', WriteConflict],
    ['P2034', WriteConflict],
  ])('turns %s into %p', (code, expected) => {
    expect(translateDatabaseError(error(code))).toBeInstanceOf(expected);
  });

  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOTFOUND',
    'EAI_AGAIN',
    '08006',
    '25006',
    '57P01',
    '57P03',
    '57014',
    '53300',
    'P1001',
    'P2024',
  ])('calls the database unavailable for %s', (code) => {
    expect(translateDatabaseError(error(code))).toBeInstanceOf(Unavailable);
  });

  it.each([
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Query read timeout',
  ])('calls the database unavailable when the driver says "%s"', (message) => {
    expect(translateDatabaseError(new Error(message))).toBeInstanceOf(Unavailable);
  });

  it('looks through what Prisma wraps around the error of the driver', () => {
    const wrapped = new Error('Prisma', {
      cause: Object.assign(new Error('adapter'), { cause: { originalCode: '23505' } }),
    });

    expect(translateDatabaseError(wrapped)).toBeInstanceOf(UniqueViolation);
  });

  it('keeps the original as the cause and shows nothing of it', () => {
    const original = error('23505');
    const translated = translateDatabaseError(original) as DomainError;

    expect(translated.cause).toBe(original);
    expect(translated.message).not.toContain('SELECT');
  });

  it('leaves alone what has a meaning already', () => {
    const meant = new NotFound();

    expect(translateDatabaseError(meant)).toBe(meant);
  });

  it.each([error('42601'), new TypeError('bug'), 'text', null, undefined])(
    'returns what it does not know: %p',
    (unknown) => {
      expect(translateDatabaseError(unknown)).toBe(unknown);
    },
  );
});

describe('isConnectionLoss', () => {
  it.each(['ECONNRESET', 'EPIPE', '57P01', '08006'])('is true for %s', (code) => {
    expect(isConnectionLoss(error(code))).toBe(true);
  });

  it('is true when the server hung up', () => {
    expect(isConnectionLoss(new Error('Connection terminated unexpectedly'))).toBe(true);
  });

  it.each(['ECONNREFUSED', '57P03', '57014', '23505'])(
    'is false for %s: a second try at once would not help',
    (code) => {
      expect(isConnectionLoss(error(code))).toBe(false);
    },
  );

  it('is false when waiting for a connection took too long', () => {
    const message = 'Connection terminated due to connection timeout';

    expect(isConnectionLoss(new Error(message))).toBe(false);
  });
});
