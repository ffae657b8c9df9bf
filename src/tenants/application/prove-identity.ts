import { Inject, Injectable } from '@nestjs/common';
import { createHash, timingSafeEqual } from 'node:crypto';
import { Unauthenticated } from '../../kernel/errors.js';
import type { EntityRef } from '../domain/directory.js';
import type { Proof, ProvenUser } from './auth-request.js';
import { LoginAttempts } from './ports/login-attempts.js';
import { LoginDirectory, type UserLogin } from './ports/login-directory.js';
import { PasswordHasher } from './ports/password-hasher.js';
import { ProveToken } from './prove-token.js';

type ProofOf<M extends Proof['method']> = Extract<Proof, { method: M }>;

/**
 * Checks the proofs of identity that come with a request for a token. Whatever is wrong, the caller
 * cannot tell one cause from another, neither by the text nor by the time it takes.
 */
@Injectable()
export class ProveIdentity {
  constructor(
    @Inject(LoginDirectory) private readonly directory: LoginDirectory,
    @Inject(LoginAttempts) private readonly attempts: LoginAttempts,
    @Inject(PasswordHasher) private readonly hasher: PasswordHasher,
    @Inject(ProveToken) private readonly proveToken: ProveToken,
  ) {}

  /**
   * @throws Unauthenticated when one proof fails, or two of them speak of different users
   * @throws TooManyAttempts when the user or the address has failed too often
   */
  async execute(proofs: readonly Proof[], address: string): Promise<ProvenUser> {
    let proven: ProvenUser | null = null;
    for (const proof of proofs) {
      const next = await this.check(proof, address);
      if (next === null) throw new Unauthenticated();
      proven = proven === null ? next : combine(proven, next);
    }
    if (proven === null) throw new Unauthenticated();
    return proven;
  }

  private check(proof: Proof, address: string): Promise<ProvenUser | null> {
    switch (proof.method) {
      case 'password':
        return this.checkPassword(proof, address);
      case 'token':
        return this.proveToken.execute(proof.token);
      case 'application_credential':
        return this.checkApplicationCredential(proof, address);
      case 'api_key':
        return this.checkApiKey(proof, address);
    }
  }

  private async checkPassword(
    { user, password }: ProofOf<'password'>,
    address: string,
  ): Promise<ProvenUser | null> {
    const login = await this.directory.findUser(user);
    return this.attempts.run({ user: login?.id ?? textOf(user), address }, async () => {
      const isRight = await this.hasher.matches(password, login?.passwordHash ?? null);
      return isRight && login?.isEnabled === true ? provenBy(login) : null;
    });
  }

  private async checkApiKey(
    { user, apiKey }: ProofOf<'api_key'>,
    address: string,
  ): Promise<ProvenUser | null> {
    const login = await this.directory.findUser(user);
    return this.attempts.run({ user: login?.id ?? textOf(user), address }, () => {
      const isRight = isHashOf(login?.apiKeyHash ?? null, apiKey);
      return Promise.resolve(isRight && login?.isEnabled === true ? provenBy(login) : null);
    });
  }

  private async checkApplicationCredential(
    { credential, secret }: ProofOf<'application_credential'>,
    address: string,
  ): Promise<ProvenUser | null> {
    const login = await this.directory.findApplicationCredential(credential);
    const source = { user: login?.id ?? `credential ${JSON.stringify(credential)}`, address };
    return this.attempts.run(source, async () => {
      const isRight = await this.hasher.matches(secret, login?.secretHash ?? null);
      if (!isRight || login === null) return null;
      const isOver = login.expiresAt !== null && login.expiresAt.getTime() <= Date.now();
      if (isOver || !login.user.isEnabled) return null;
      return {
        userId: login.user.id,
        generation: login.user.generation,
        defaultProjectId: null,
        methods: ['application_credential'],
        notAfter: login.expiresAt,
        parentAuditId: null,
        applicationCredential: { id: login.id, projectId: login.projectId },
        federatedLogin: null,
      };
    });
  }
}

/** API keys are generated and long, so a fast hash protects them as well as a slow one. */
export const hashApiKey = (apiKey: string): string =>
  createHash('sha256').update(apiKey).digest('hex');

function isHashOf(hash: string | null, apiKey: string): boolean {
  const actual = Buffer.from(hashApiKey(apiKey));
  const expected = Buffer.from(hash ?? hashApiKey(''));
  return timingSafeEqual(actual, expected) && hash !== null;
}

const textOf = (ref: EntityRef): string => JSON.stringify(ref).toLowerCase();

function provenBy(login: UserLogin): ProvenUser {
  return {
    userId: login.id,
    generation: login.generation,
    defaultProjectId: login.defaultProjectId,
    methods: ['password'],
    notAfter: null,
    parentAuditId: null,
    applicationCredential: null,
    federatedLogin: null,
  };
}

function combine(a: ProvenUser, b: ProvenUser): ProvenUser {
  const isSame = a.userId === b.userId && a.generation === b.generation;
  if (!isSame) throw new Unauthenticated();
  return {
    ...a,
    methods: [...new Set([...a.methods, ...b.methods])],
    notAfter: earlier(a.notAfter, b.notAfter),
    parentAuditId: a.parentAuditId ?? b.parentAuditId,
    applicationCredential: a.applicationCredential ?? b.applicationCredential,
  };
}

/** The earlier of two ends; null is no end. */
export function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
