import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImageDataStores } from '../images/application/ports/image-data-stores.js';
import { Unavailable } from '../kernel/errors.js';
import { Readiness } from '../platform/health/readiness.js';

/** A key of the right form that no data ever has. */
const NOBODYS_KEY = 'readiness.probe';
const LIMIT_MS = 2000;
/** Good news is remembered for so long: anybody may ask, and the store shall not feel it. */
const REMEMBERED_MS = 5000;

/** The default store answers. The others are asked when somebody wants them. */
@Injectable()
export class StoreReadiness implements OnModuleInit {
  private answeredAt = -Infinity;
  private asking: Promise<void> | null = null;

  constructor(
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(Readiness) private readonly readiness: Readiness,
  ) {}

  onModuleInit(): void {
    this.readiness.require(() => this.check());
  }

  private async check(): Promise<void> {
    if (performance.now() - this.answeredAt < REMEMBERED_MS) return;
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    await this.asking;
  }

  private async ask(): Promise<void> {
    const over = new AbortController();
    const tooLate = sleep(LIMIT_MS, 'late' as const, { signal: over.signal });
    tooLate.catch(() => undefined); // aborted: the answer came in time
    const { data } = this.stores.find(this.stores.defaultId);
    const answer = data.stat(NOBODYS_KEY);
    answer.catch(() => undefined); // heard below, or too late to matter
    try {
      if ((await Promise.race([answer, tooLate])) === 'late') throw new Unavailable(AWAY);
      this.answeredAt = performance.now();
    } catch (cause) {
      throw new Unavailable(AWAY, { cause });
    } finally {
      over.abort();
    }
  }
}

const AWAY = 'The store of image data does not answer.';
