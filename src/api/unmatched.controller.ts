import { All, Controller, Inject, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Authenticated, Public } from '../auth/decorators.js';
import { DomainError, NotFound } from '../kernel/errors.js';
import { RouteTable } from './http/route-table.js';

/** The one path without a method fallback in the Image API: 404, not 405 (image-v2 2.0). */
const USAGE_PATH = /^\/v2\/info\/usage(\?|$)/;

/**
 * What no route takes, after authentication: 405 with `Allow` when the path exists for other methods,
 * 404 otherwise. A path that exists for this very method has a segment longer than any route takes.
 */
@ApiExcludeController()
@Authenticated()
@Controller()
export class UnmatchedController {
  constructor(@Inject(RouteTable) private readonly routes: RouteTable) {}

  @All(['v2/*', 'v2.1/*', 'identity/*', 'catalog/*'])
  refuse(@Req() request: FastifyRequest): never {
    const methods = this.routes.methodsFor(request.url);
    const isForOthers = methods.length > 0 && !methods.includes(request.method);
    if (!isForOthers || USAGE_PATH.test(request.url)) throw new NotFound();
    throw new DomainError(
      'method-not-allowed',
      'method-not-allowed',
      `The method ${request.method} is not allowed for this resource.`,
      { headers: { Allow: methods.join(', ') } },
    );
  }

  /** The version documents of the Compute API, which never look at a token. */
  @All('compute-version*')
  @Public()
  refuseInPublic(@Req() request: FastifyRequest): never {
    this.refuse(request);
  }
}
