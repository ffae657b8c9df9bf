import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { BackgroundWork } from '../../kernel/background-work.js';
import type { TenantId } from '../../kernel/principal.js';
import { TenantRemovalRepository } from './ports/tenant-removal.repository.js';
import { TenantEstate } from './tenant-estate.js';

const INTERVAL_MS = 10_000;
/** A removal without renewal for so long has nobody working on it any more. */
const LEASE_SECONDS = 30;
/** How soon to look again at what is still in use. */
const WAIT_SECONDS = 2;

/** Works on the removals that are due, batch after batch. Runs on every replica; a lease keeps them apart. */
@Injectable()
export class RunTenantRemovals implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RunTenantRemovals.name);
  private again: NodeJS.Timeout | undefined;
  private readonly background = new BackgroundWork((error) => {
    // The lease ends by itself; this or another replica goes on from there.
    this.logger.warn({ message: 'Could not go on removing a tenant.', err: error });
  });

  constructor(
    @Inject(TenantRemovalRepository) private readonly removals: TenantRemovalRepository,
    @Inject(TenantEstate) private readonly estate: TenantEstate,
  ) {}

  /** @returns how many tenants are gone now */
  async execute(): Promise<number> {
    let finished = 0;
    while (!this.background.isStopping) {
      const removal = await this.removals.claim(LEASE_SECONDS);
      if (removal === null) break;
      const { tenantId } = removal;
      if (await this.removals.onBehalfOf(removal, () => this.remove(tenantId))) finished += 1;
    }
    return finished;
  }

  /** Does in the background what {@link execute} does. */
  soon(): void {
    this.background.soon(() => this.execute());
  }

  onApplicationBootstrap(): void {
    this.background.every(INTERVAL_MS, () => this.execute());
    this.soon();
  }

  /** What is left undone is free for others at once. */
  onApplicationShutdown(): Promise<void> {
    clearTimeout(this.again);
    return this.background.stop();
  }

  /** @returns whether nothing is left */
  private async remove(tenantId: TenantId): Promise<boolean> {
    let isWaiting = false;
    for (const belongings of this.estate.all) {
      for (;;) {
        if (this.background.isStopping) return this.release(tenantId, 0);
        await this.removals.renew(tenantId, LEASE_SECONDS);
        const step = await belongings.removeSome(tenantId);
        isWaiting ||= step === 'waiting';
        if (step !== 'more') break;
      }
    }
    if (isWaiting || !(await this.removals.finish(tenantId))) {
      this.again = setTimeout(() => this.soon(), WAIT_SECONDS * 1000).unref();
      return this.release(tenantId, WAIT_SECONDS);
    }
    this.logger.warn({ message: 'Removed a tenant with everything it owned.', tenantId });
    return true;
  }

  private async release(tenantId: TenantId, seconds: number): Promise<false> {
    await this.removals.renew(tenantId, seconds);
    return false;
  }
}
