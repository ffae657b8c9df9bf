import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { DomainError } from '../../kernel/errors.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import type { RateLimit } from '../../platform/config/rate-limit-settings.js';
import { RateLimiter, type Allowance } from './rate-limiter.js';

/** More came from one tenant or one address than may. */
export class TooManyRequests extends DomainError {
  constructor(retrySeconds: number) {
    super('rate-limited', 'too-many-requests', 'Too many requests were sent in a short time.', {
      headers: { 'Retry-After': String(Math.max(1, Math.ceil(retrySeconds))) },
    });
  }
}

/** Whoever watches the service must not be told to watch less. */
const UNLIMITED = new Set(['/healthz', '/readyz', '/healthcheck']);
const IPV6_NETWORK_BITS = 64;

/** Bounds how often one address, and one tenant, may ask (S-71). Each process counts for itself. */
@Injectable()
export class RateLimits {
  private readonly addresses: RateLimiter | null;
  private readonly tenants: RateLimiter | null;

  constructor(@Inject(CONFIG) { rateLimits }: Pick<Config, 'rateLimits'>) {
    this.addresses = limiter(rateLimits.perAddress);
    this.tenants = limiter(rateLimits.perTenant);
  }

  get areOff(): boolean {
    return this.addresses === null && this.tenants === null;
  }

  /** Before anything is done for the request. @throws TooManyRequests */
  admitAddress(request: FastifyRequest, reply: FastifyReply): void {
    if (this.addresses === null || UNLIMITED.has(request.url) || isLoopback(request.ip)) return;
    tell(reply, this.addresses.take(networkOf(request.ip)));
  }

  /** When it is known who asks. @throws TooManyRequests */
  admitTenant(tenantId: string, request: FastifyRequest, reply: FastifyReply): void {
    if (this.tenants === null || isLoopback(request.ip)) return;
    tell(reply, this.tenants.take(tenantId));
  }
}

const limiter = (rate: RateLimit | null): RateLimiter | null =>
  rate === null ? null : new RateLimiter(rate);

/** Where two limits hold, the headers are those of the one that is nearer. */
function tell(reply: FastifyReply, allowance: Allowance): void {
  const { limit, remaining, resetSeconds, retrySeconds } = allowance;
  const told = reply.getHeader('ratelimit-remaining');
  if (retrySeconds > 0 || told === undefined || Number(told) >= remaining) {
    void reply.header('ratelimit-limit', String(limit));
    void reply.header('ratelimit-remaining', String(remaining));
    void reply.header('ratelimit-reset', String(resetSeconds));
  }
  if (retrySeconds > 0) throw new TooManyRequests(retrySeconds);
}

const isLoopback = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';

/** Whoever has one IPv6 address has all of its /64. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${IPV6_NETWORK_BITS}`).toString();
}
