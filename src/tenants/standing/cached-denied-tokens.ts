import { Inject, Injectable } from '@nestjs/common';
import { DeniedTokens } from '../../auth/denied-tokens.js';
import { IdentityEpoch } from '../application/identity-epoch.js';
import { TokenDenialRepository } from '../application/ports/token-denial.repository.js';
import { DenyList } from '../domain/denied-token.js';

interface Known {
  readonly list: Promise<DenyList>;
  readonly epoch: number;
  /** When the look at the database began: what it shows is not older. */
  readonly askedAt: number;
}

const LIFETIME_MS = 2000;

/** Remembers the deny list: one statement every two seconds, while bearer tokens come in. */
@Injectable()
export class CachedDeniedTokens extends DeniedTokens {
  private known: Known | null = null;

  constructor(
    @Inject(TokenDenialRepository) private readonly denials: TokenDenialRepository,
    @Inject(IdentityEpoch) private readonly epoch: IdentityEpoch,
  ) {
    super();
  }

  override async denies(token: Parameters<DeniedTokens['denies']>[0]): Promise<boolean> {
    return (await this.current()).has(token);
  }

  private current(): Promise<DenyList> {
    const { known } = this;
    const isCurrent =
      known?.epoch === this.epoch.current && performance.now() - known.askedAt < LIFETIME_MS;
    return isCurrent ? known.list : this.ask();
  }

  private ask(): Promise<DenyList> {
    const asked: Known = {
      list: this.denials.all().then((denials) => new DenyList(denials)),
      epoch: this.epoch.current,
      askedAt: performance.now(),
    };
    this.known = asked;
    // A failure is not remembered; those who waited for it are told.
    asked.list.catch(() => {
      if (this.known === asked) this.known = null;
    });
    return asked.list;
  }
}
