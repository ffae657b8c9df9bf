import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { ChangeOrigin } from '../kernel/change-origin.js';
import type { Principal } from '../kernel/principal.js';
import type { Action } from './policy.js';
import { originOf, principalOf } from './request-principal.js';

export const ACCESS = Symbol('access');

/** How a route is guarded. Every route declares one; a route without any does not start. */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'action'; readonly action: Action };

/** Answers without a token and never looks at one. */
export const Public = (): MethodDecorator & ClassDecorator =>
  SetMetadata(ACCESS, { kind: 'public' } satisfies Access);

/** Needs a valid token; everything else is decided by the use case. */
export const Authenticated = (): MethodDecorator & ClassDecorator =>
  SetMetadata(ACCESS, { kind: 'authenticated' } satisfies Access);

/** Needs a valid token and the roles of the action in `policy.ts`. */
export const Requires = (action: Action): MethodDecorator & ClassDecorator =>
  SetMetadata(ACCESS, { kind: 'action', action } satisfies Access);

/** The {@link Principal} that the authentication guard established. */
export const CurrentPrincipal = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Principal =>
    principalOf(context.switchToHttp().getRequest<{ id: string }>()),
);

/** Who asks for a change, by which request, for its record. */
export const CurrentOrigin = createParamDecorator(
  (_data: unknown, context: ExecutionContext): ChangeOrigin =>
    originOf(context.switchToHttp().getRequest<{ id: string }>()),
);
