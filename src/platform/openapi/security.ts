import type { OpenAPIObject } from '@nestjs/swagger';
import { TOKEN_SECURITY } from '../../api/http/openapi.js';
import type { Config } from '../config/config.js';
import { operationsOf } from './operations.js';

const BEARER_SECURITY = 'Bearer';

type SecurityScheme = NonNullable<
  NonNullable<OpenAPIObject['components']>['securitySchemes']
>[string];
const TOKEN: SecurityScheme = { type: 'apiKey', in: 'header', name: 'X-Auth-Token' };
const BEARER: SecurityScheme = {
  type: 'http',
  scheme: 'bearer',
  description: 'An access token of an OpenID Connect issuer that this service trusts.',
};

/** How to come by a token here, for the introduction. */
export function logInAdvice({ embedded, isOpen }: Config['auth']): string {
  if (isOpen) return 'To try it: no token is needed here.';
  return embedded
    ? `To try it: send *Create a token* (\`POST /identity/v3/auth/tokens\`), copy the \`X-Subject-Token\` header of the reply
into **Authorize**, and go on.`
    : 'To try it: get a token from the identity service that this one trusts, put it into **Authorize**, and go on.';
}

/** Names the headers that a token may come in, and lets operations that need one take either. */
export function describeSecurity(document: OpenAPIObject, { oidc }: Config['auth']): void {
  const acceptsBearer = oidc.length > 0;
  document.components = {
    ...document.components,
    securitySchemes: {
      [TOKEN_SECURITY]: TOKEN,
      ...(acceptsBearer && { [BEARER_SECURITY]: BEARER }),
    },
  };
  if (!acceptsBearer) return;
  for (const { operation } of operationsOf(document)) {
    const { security = [] } = operation;
    const needsToken = security.some((each) => Object.hasOwn(each, TOKEN_SECURITY));
    // The list itself belongs to the decorators and is shared.
    if (needsToken) operation.security = [...security, { [BEARER_SECURITY]: [] }];
  }
}
