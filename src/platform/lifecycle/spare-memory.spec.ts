import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { SpareMemory } from './spare-memory.js';

const MINUTE = 60_000;
const of = (url: string): FastifyRequest => ({ routeOptions: { url } }) as FastifyRequest;
const request = of('/v2/images');
const probe = of('/healthz');

describe('spare memory', () => {
  let given: number;
  let memory: SpareMemory;
  let stop: () => void;

  const ask = (asked: FastifyRequest): void => {
    memory.started(asked);
    memory.ended(asked);
  };

  beforeEach(() => {
    jest.useFakeTimers();
    given = 0;
    memory = new SpareMemory(() => (given += 1));
    stop = memory.watch();
  });
  afterEach(() => {
    stop();
    jest.useRealTimers();
  });

  it('stays while there is something to do', () => {
    for (let minute = 0; minute < 10; minute += 1) {
      ask(request);
      jest.advanceTimersByTime(MINUTE);
    }
    expect(given).toBe(0);
  });

  it('is given back once after a minute without requests', () => {
    ask(request);
    jest.advanceTimersByTime(MINUTE);
    expect(given).toBe(0);
    jest.advanceTimersByTime(10 * MINUTE);
    expect(given).toBe(1);
  });

  it('is given back again after the next work', () => {
    for (const times of [1, 2]) {
      ask(request);
      jest.advanceTimersByTime(5 * MINUTE);
      expect(given).toBe(times);
    }
  });

  it('stays while a request is under way, however long', () => {
    memory.started(request);
    jest.advanceTimersByTime(30 * MINUTE);
    expect(given).toBe(0);
    memory.ended(request);
    jest.advanceTimersByTime(2 * MINUTE);
    expect(given).toBe(1);
  });

  it('is not kept by those who watch, nor given back for them', () => {
    for (let minute = 0; minute < 5; minute += 1) {
      ask(probe);
      jest.advanceTimersByTime(MINUTE);
    }
    expect(given).toBe(0);
    ask(request);
    for (let minute = 0; minute < 2; minute += 1) {
      ask(probe);
      jest.advanceTimersByTime(MINUTE);
    }
    expect(given).toBe(1);
  });

  it('is not looked at any more when that is ended', () => {
    ask(request);
    stop();
    jest.advanceTimersByTime(10 * MINUTE);
    expect(given).toBe(0);
  });
});
