import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../../kernel/errors.js';
import { EventHorizon } from './event-horizon.js';

const INTERVAL_MS = 250;
const MAX_TRIES = 40;
const PAUSE_MS = 50;

/**
 * Watches the horizon for everybody on this replica who follows events, four times a second, and only while
 * there is anybody.
 */
@Injectable()
export class EventFeed implements OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger(EventFeed.name);
  private readonly emitter = new EventEmitter().setMaxListeners(0);
  private readonly stop = new AbortController();
  private followers = 0;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;

  constructor(@Inject(EventHorizon) private readonly horizon: EventHorizon) {}

  /** Aborts when the service stops: whoever follows is to let go. */
  get stopping(): AbortSignal {
    return this.stop.signal;
  }

  /** The horizon now, looked up. @throws Unavailable while a long transaction hides it */
  async current(): Promise<bigint> {
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const horizon = await this.horizon.advance();
      if (horizon !== null) return horizon;
      await sleep(PAUSE_MS);
    }
    throw new Unavailable();
  }

  /** Calls back after every look, until the returned function is called. */
  follow(onLook: (horizon: bigint) => void): () => void {
    this.emitter.on('look', onLook);
    this.followers += 1;
    this.timer ??= setInterval(() => this.look(), INTERVAL_MS).unref();
    return () => {
      this.emitter.off('look', onLook);
      this.followers -= 1;
      if (this.followers > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    };
  }

  /** Waits until the horizon is beyond the position; or null when the time is over or `signal` aborts. */
  beyond(position: bigint, milliseconds: number, signal: AbortSignal): Promise<bigint | null> {
    const { current } = this.horizon;
    if (current !== null && current > position) return Promise.resolve(current);
    return new Promise((resolve) => {
      const finish = (horizon: bigint | null): void => {
        clearTimeout(timer);
        release();
        signal.removeEventListener('abort', onAbort);
        resolve(horizon);
      };
      const onAbort = (): void => {
        finish(null);
      };
      const release = this.follow((horizon) => {
        if (horizon > position) finish(horizon);
      });
      const timer = setTimeout(onAbort, milliseconds).unref();
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
    });
  }

  onModuleDestroy(): void {
    this.stop.abort();
    clearInterval(this.timer);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.looking;
  }

  /** One look at a time; a slow database is not asked twice. */
  private look(): void {
    this.looking ??= this.lookQuietly().finally(() => {
      this.looking = null;
    });
  }

  private async lookQuietly(): Promise<void> {
    try {
      const horizon = await this.horizon.advance();
      if (horizon !== null) this.emitter.emit('look', horizon);
    } catch (error) {
      // Positions stay where they are; the next look finds everything.
      this.logger.debug({ message: 'Could not look for events.', err: error });
    }
  }
}
