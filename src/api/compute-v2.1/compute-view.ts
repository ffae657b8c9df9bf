import {
  Inject,
  Injectable,
  createParamDecorator,
  type ExecutionContext,
  type PipeTransform,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { BaseUrls } from '../http/base-urls.js';
import { mountOf, type Profile } from '../http/mount.js';
import { profileOf } from '../http/profile.js';
import { ComputeLinks, withoutVersion } from './links.js';
import { microversionOf } from './microversion.guard.js';
import { tenantInPath } from './tenant-path.guard.js';

/** What a representation depends on beside the image: how and where it was asked for. */
export interface ComputeView {
  readonly profile: Profile;
  readonly links: ComputeLinks;
  readonly microversion: string;
}

/** Builds the view of a request from its mount, its route and the configuration. */
@Injectable()
class ComputeViewPipe implements PipeTransform<FastifyRequest, ComputeView> {
  constructor(
    @Inject(BaseUrls) private readonly baseUrls: BaseUrls,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  transform(request: FastifyRequest): ComputeView {
    const profile = profileOf(request.raw, this.config);
    const links = new ComputeLinks({
      compute: computeEndpoint(request, this.baseUrls),
      image: this.baseUrls.image(request),
      // The published page has the tenant in the route, but not in the links.
      tenant: profile === 'current' ? tenantInPath(request) : null,
    });
    const { text } = microversionOf(request.raw, this.config.compute.maxMicroversion);
    return { profile, links, microversion: text };
  }
}

const CurrentRequest = createParamDecorator(
  (_data: unknown, context: ExecutionContext): FastifyRequest =>
    context.switchToHttp().getRequest<FastifyRequest>(),
);

/** `@View() view: ComputeView` */
export const View = (): ParameterDecorator => CurrentRequest(ComputeViewPipe);

/** `C` of compute-v2.1 7.1 for the mount that the request came in on. */
export function computeEndpoint(request: FastifyRequest, baseUrls: BaseUrls): string {
  const { prefix, isLegacy } = mountOf(request.raw);
  const endpoint = baseUrls.compute(request, prefix);
  return isLegacy ? `${withoutVersion(endpoint)}/v2` : endpoint;
}
