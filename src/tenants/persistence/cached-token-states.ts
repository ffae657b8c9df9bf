import { LRUCache } from 'lru-cache';
import type { IdentityEpoch } from '../application/identity-epoch.js';
import {
  TokenStates,
  type AuthorizationReader,
} from '../application/ports/authorization.reader.js';
import type { AuthorizationSnapshot } from '../domain/authorization.js';
import type { SignedClaims } from '../domain/token.js';

interface State {
  readonly snapshot: Promise<AuthorizationSnapshot | null>;
  readonly epoch: number;
  /** When the look at the database began: what it shows is not older. */
  readonly askedAt: number;
}

/** README of the specification, decision 3: a change on another replica shows within this time. */
const LIFETIME_MS = 5000;
const REMEMBERED_TOKENS = 10_000;

/** Remembers per token what was read for it. */
export class CachedTokenStates extends TokenStates {
  private readonly states = new LRUCache<string, State>({ max: REMEMBERED_TOKENS });

  constructor(
    private readonly reader: AuthorizationReader,
    private readonly epoch: IdentityEpoch,
    private readonly now: () => number = Date.now,
  ) {
    super();
  }

  override of(claims: SignedClaims): Promise<AuthorizationSnapshot | null> {
    const known = this.states.get(claims.auditId);
    if (known !== undefined && this.isCurrent(known)) return known.snapshot;
    const state: State = {
      snapshot: this.reader.read({ ...claims, token: claims }),
      epoch: this.epoch.current,
      askedAt: this.now(),
    };
    this.states.set(claims.auditId, state);
    // A failure is not remembered; those who waited for it are told.
    state.snapshot.catch(() => {
      if (this.states.peek(claims.auditId) === state) this.states.delete(claims.auditId);
    });
    return state.snapshot;
  }

  private isCurrent(state: State): boolean {
    return state.epoch === this.epoch.current && this.now() - state.askedAt < LIFETIME_MS;
  }
}
