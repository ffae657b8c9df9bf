import { applyDecorators } from '@nestjs/common';
import { ApiResponse, ApiSecurity } from '@nestjs/swagger';

/** Name of the security scheme: the token header of both dialects. */
export const TOKEN_SECURITY = 'X-Auth-Token';

export const NeedsToken = (): MethodDecorator & ClassDecorator => ApiSecurity(TOKEN_SECURITY);

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'The request is malformed or breaks a rule about values.',
  401: 'The token is missing, invalid or expired.',
  403: 'The resource is visible to the caller, but the operation is refused.',
  404: 'No such resource, or none that the caller may see.',
  405: 'The method is not allowed here; `Allow` lists those that are.',
  406: 'The requested microversion is not supported.',
  409: 'The state of the resource does not allow this.',
  412: 'The resource is no longer in the state that `If-Match` names.',
  413: 'A limit or quota is exceeded.',
  415: 'The media type is not supported.',
  500: 'Unexpected fault.',
  503: 'The database or another dependency is unavailable; `Retry-After` tells when to try again.',
};

/** Of operations that change an image and are free of conflicts otherwise. */
export const CONTENDED = [409, 'Other writers of the image kept coming first.'] as const;

/** Documents error responses with their common meanings; 401, 500 and 503 come with every guarded route. */
export const Fails = (
  ...responses: readonly (number | readonly [status: number, meaning: string])[]
): MethodDecorator & ClassDecorator =>
  applyDecorators(
    ...[...responses, 401, 405, 500, 503].map((response) => {
      const [status, description] =
        typeof response === 'number' ? [response, MEANINGS[response] ?? 'Error.'] : response;
      return ApiResponse({ status, description });
    }),
  );
