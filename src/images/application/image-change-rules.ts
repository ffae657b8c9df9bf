import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../kernel/principal.js';
import type { ChangeContext, ImageLimits } from '../domain/image.js';

/** Injection token of the configured {@link ImageLimits}. */
export const IMAGE_LIMITS = Symbol('IMAGE_LIMITS');

/** What the entity needs to judge a change: who, when, and the configured limits. */
@Injectable()
export class ImageChangeRules {
  constructor(@Inject(IMAGE_LIMITS) private readonly limits: ImageLimits) {}

  contextFor(principal: Principal): ChangeContext {
    return { principal, limits: this.limits, now: new Date() };
  }
}
