import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../kernel/principal.js';
import type { PropertyProtection } from '../domain/property-protection.js';
import type { ChangeContext, ImageLimits } from '../domain/image.js';
import { PropertySchema } from './ports/property-schema.js';

/** Injection token of the configured {@link ImageLimits}. */
export const IMAGE_LIMITS = Symbol('IMAGE_LIMITS');

/** Injection token of the operator's {@link PropertyProtection}. */
export const PROPERTY_PROTECTION = Symbol('PROPERTY_PROTECTION');

/** What the entity needs to judge a change: who, when, and what the operator decided. */
@Injectable()
export class ImageChangeRules {
  constructor(
    @Inject(IMAGE_LIMITS) private readonly limits: ImageLimits,
    @Inject(PROPERTY_PROTECTION) private readonly protection: PropertyProtection,
    @Inject(PropertySchema) private readonly schema: PropertySchema,
  ) {}

  contextFor(principal: Principal): ChangeContext {
    const checkProperty = (name: string, value: string | null): void => {
      this.schema.check(name, value);
    };
    const { limits, protection } = this;
    return { principal, limits, protection, checkProperty, now: new Date() };
  }
}
