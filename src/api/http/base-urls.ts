import { Inject, Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { localOrigin } from '../../platform/lifecycle/listen.js';

/** The parts of a request that tell under which origin the client reached the service. */
export interface OriginSource {
  readonly headers: IncomingHttpHeaders;
  /** Set by Fastify from the socket, and from `X-Forwarded-*` of trusted proxies only. */
  readonly protocol?: string;
  readonly host?: string;
}

/** A name or an address, perhaps with a port (RFC 3986, 3.2); clients can follow no link with another. */
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._~!$&'()*+,;=-]+)(?::\d{1,5})?$/i;

/**
 * The public addresses that links are built from: configured, else derived from the request.
 * Nobody else puts a scheme and a host together.
 */
@Injectable()
export class BaseUrls {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** Scheme and host, without a trailing slash. */
  origin(request: OriginSource): string {
    const { publicUrl } = this.config.links;
    if (publicUrl !== null) return publicUrl;
    const host = request.host ?? request.headers.host ?? '';
    return HOST.test(host)
      ? `${request.protocol ?? 'http'}://${host}`
      : localOrigin(this.config.http);
  }

  /** The identity endpoint that 401 challenges and the catalog name. */
  identity(request: OriginSource): string {
    return `${this.origin(request)}/identity/v3`;
  }

  /** The image endpoint without a version (`G` of compute-v2.1 7.1). */
  image(request: OriginSource, prefix = '/image'): string {
    const configured = this.config.links.publicImageUrl;
    return configured === null
      ? `${this.origin(request)}${prefix}`
      : configured.replace(/\/v2$/, '');
  }

  /** The compute endpoint including `/v2.1` (`C` of compute-v2.1 7.1). */
  compute(request: OriginSource, prefix = '/compute'): string {
    return this.config.links.publicComputeUrl ?? `${this.origin(request)}${prefix}/v2.1`;
  }
}
