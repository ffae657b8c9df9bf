import type { FastifyRequest } from 'fastify';
import { Session } from 'node:inspector';
import { PROBES } from '../observability/probes.js';
import { routeOf, type RequestObserver } from '../observability/request-observer.js';

const LOOK_EVERY_MS = 60_000;

/** Those under way. A session that nobody else knows of would be garbage itself, and collected. */
const sessions = new Set<Session>();

/**
 * Gives back what the process has taken from the system and does not use any more, which V8 keeps otherwise (ADR 66). Soon, and everything else
 * stops meanwhile, for 0.2 to 0.3 s. By the protocol of the inspector, since no function does so in every Node.js that is supported.
 */
export function giveMemoryBack(): void {
  const session = new Session();
  sessions.add(session);
  session.connect();
  session.post('HeapProfiler.collectGarbage', () => {
    // Not from within its own answer, which the session does not survive.
    setImmediate(() => {
      session.disconnect();
      sessions.delete(session);
    });
  });
}

/** Has memory given back once when nobody has asked for anything for a minute or two, after somebody had. */
export class SpareMemory implements RequestObserver {
  private underway = 0;
  private hasWorked = false;
  private isDue = false;

  constructor(private readonly giveBack: () => void = giveMemoryBack) {}

  /** @returns ends it */
  watch(): () => void {
    const timer = setInterval(() => {
      this.look();
    }, LOOK_EVERY_MS).unref();
    return () => {
      clearInterval(timer);
    };
  }

  started(request: FastifyRequest): void {
    if (isProbe(request)) return;
    this.underway += 1;
    this.hasWorked = true;
  }

  ended(request: FastifyRequest): void {
    if (isProbe(request)) return;
    this.underway -= 1;
    this.hasWorked = true;
  }

  private look(): void {
    if (this.hasWorked) this.isDue = true;
    else if (this.isDue && this.underway === 0) {
      this.isDue = false;
      this.giveBack();
    }
    this.hasWorked = false;
  }
}

function isProbe(request: FastifyRequest): boolean {
  const route = routeOf(request);
  return route !== null && PROBES.has(route);
}
