import { Inject, Injectable } from '@nestjs/common';
import { PROPERTY_PROTECTION, VisibleImages, type PropertyProtection } from '../../images/index.js';
import { DomainError } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import { withoutProperties, type AuditRecord } from '../domain/audit-record.js';
import { imageToSee, isWhole, thinned } from '../domain/event-view.js';
import { EventFeed } from './event-feed.js';
import { EventLog } from './ports/event-log.js';

/** Records read at once, and the most that wait for one slow reader. */
const PAGE = 100;
const HEARTBEAT_MS = 15_000;
/** Streams open at once on one replica. */
const MAX_STREAMS = 500;

export interface FollowOptions {
  /** The last event that the caller has; null begins now. */
  readonly after: bigint | null;
  /** Who the caller is now, asked again before every page; null when the token does not stand any more. */
  readonly standing: () => Promise<Principal | null>;
  readonly signal: AbortSignal;
}

/** An event, or a sign of life with the position to go on from. */
export type StreamItem =
  | { readonly kind: 'event'; readonly record: AuditRecord }
  | { readonly kind: 'heartbeat'; readonly position: bigint };

class TooManyStreams extends DomainError {
  constructor() {
    super('unavailable', 'too-many-streams', 'Too many event streams are open here.', {
      headers: { 'Retry-After': '10' },
    });
  }
}

/**
 * The events that the caller may see, as they happen: admins all, others those of their tenant whole, and of images of
 * others that they see that they changed. Nothing is read ahead of the reader.
 */
@Injectable()
export class FollowEvents {
  private open = 0;

  constructor(
    @Inject(EventFeed) private readonly feed: EventFeed,
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(VisibleImages) private readonly visible: VisibleImages,
    @Inject(PROPERTY_PROTECTION) private readonly protection: PropertyProtection,
  ) {}

  /** @throws TooManyStreams, or Unavailable when the database does not answer */
  async begin(options: FollowOptions): Promise<AsyncGenerator<StreamItem, void, undefined>> {
    if (this.open >= MAX_STREAMS) throw new TooManyStreams();
    const now = await this.feed.current();
    const position = options.after === null || options.after > now ? now : options.after;
    const signal = AbortSignal.any([options.signal, this.feed.stopping]);
    return this.items(position, { ...options, signal });
  }

  private async *items(
    start: bigint,
    { standing, signal }: FollowOptions,
  ): AsyncGenerator<StreamItem, void, undefined> {
    let position = start;
    this.open += 1;
    try {
      yield { kind: 'heartbeat', position };
      for (;;) {
        const horizon = await this.feed.beyond(position, HEARTBEAT_MS, signal);
        if (signal.aborted) return;
        const principal = await standing();
        if (principal === null) return;
        if (horizon === null) {
          yield { kind: 'heartbeat', position };
          continue;
        }
        const page = await this.log.read(position, horizon, PAGE);
        for (const record of await this.seenBy(principal, page)) yield { kind: 'event', record };
        position = page.length < PAGE ? horizon : (page.at(-1)?.id ?? horizon);
      }
    } finally {
      this.open -= 1;
    }
  }

  private async seenBy(
    principal: Principal,
    page: readonly AuditRecord[],
  ): Promise<readonly AuditRecord[]> {
    const foreign = page.filter((record) => !isWhole(record, principal));
    const imageIds = foreign.flatMap((record) => imageToSee(record, principal) ?? []);
    const visible = await this.visible.amongst(imageIds, principal);
    return page.flatMap((record) => {
      if (isWhole(record, principal)) return [this.readable(record, principal)];
      const imageId = imageToSee(record, principal);
      return imageId !== null && visible.has(imageId) ? [thinned(record, principal)] : [];
    });
  }

  private readable(record: AuditRecord, principal: Principal): AuditRecord {
    const { protection } = this;
    if (!protection.isActive) return record;
    return withoutProperties(record, (name) => protection.permits('read', name, principal));
  }
}
