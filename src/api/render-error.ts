import type { IncomingMessage } from 'node:http';
import type { DomainError } from '../kernel/errors.js';
import { renderComputeError } from './compute-v2.1/error.renderer.js';
import type { RenderedError } from './http/error-status.js';
import { mountOf } from './http/mount.js';
import { speaksRackspace } from './http/rackspace.js';
import { renderIdentityError } from './identity-v3/error.renderer.js';
import { renderImageError } from './image-v2/error.renderer.js';

/** An error in the dialect of the path that the request came in on. */
export function renderError(error: DomainError, request: IncomingMessage): RenderedError {
  const { dialect } = mountOf(request);
  // Rackspace's identity names its faults as Compute does.
  if (speaksRackspace(request)) return renderComputeError(error);
  if (error.kind === 'unauthenticated') return renderIdentityError(error);
  switch (dialect) {
    case 'image':
      return renderImageError(error, request.headers.accept);
    case 'compute':
      return renderComputeError(error);
    case 'identity':
    case 'service':
      return renderIdentityError(error);
  }
}
