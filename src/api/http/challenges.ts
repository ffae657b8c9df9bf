import { Inject, Injectable } from '@nestjs/common';
import { expandRoles } from '../../kernel/principal.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { BaseUrls, type OriginSource } from './base-urls.js';

const REALM = 'realm="image-catalog"';

interface ChallengedRequest extends OriginSource {
  readonly method: string;
}

/** What a refusal tells about how to do better: identity A9 for tokens, RFC 6750 section 3 for bearers. */
@Injectable()
export class Challenges {
  private readonly baseUrls: BaseUrls;

  constructor(@Inject(CONFIG) private readonly config: Config) {
    this.baseUrls = new BaseUrls(config);
  }

  /** Values of `WWW-Authenticate`, for every identity that is active; none for most statuses. */
  for(status: number, request: ChallengedRequest): readonly string[] {
    const bearer = this.bearerChallenge(status, request);
    return status === 401 ? [...this.keystoneChallenge(request), ...bearer] : bearer;
  }

  private keystoneChallenge(request: OriginSource): readonly string[] {
    const { keystone, embedded } = this.config.auth;
    if (keystone !== null) return [`Keystone uri="${keystone.wwwAuthenticateUri}"`];
    return embedded ? [`Keystone uri="${this.baseUrls.identity(request)}"`] : [];
  }

  /** The details are for those who did come with a bearer token. */
  private bearerChallenge(
    status: number,
    { headers, method }: ChallengedRequest,
  ): readonly string[] {
    if (this.config.auth.oidc.length === 0) return [];
    const isBearer = headers.authorization !== undefined && headers['x-auth-token'] === undefined;
    const error = isBearer ? ERRORS[status] : undefined;
    if (error !== undefined)
      return [`Bearer ${REALM}, error="${error}"${this.wanted(status, method)}`];
    return status === 401 ? [`Bearer ${REALM}`] : [];
  }

  /** The least scope of each issuer that allows such requests; nothing where scopes do not count. */
  private wanted(status: number, method: string): string {
    if (status !== 403) return '';
    const role = READING.has(method) ? 'reader' : 'member';
    const scopes = this.config.auth.oidc.flatMap(
      ({ mapping }) => leastScope(mapping.scopeTable ?? {}, role) ?? [],
    );
    return scopes.length === 0 ? '' : `, scope="${[...new Set(scopes)].join(' ')}"`;
  }
}

/** Methods that readers may use; others take a member (identity A10). */
const READING = new Set(['GET', 'HEAD']);

const ERRORS: Readonly<Record<number, string>> = {
  401: 'invalid_token',
  403: 'insufficient_scope',
};

/** RFC 6749 section 3.3; other characters could end the header's quotes. */
const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

function leastScope(
  table: Readonly<Record<string, readonly string[]>>,
  role: string,
): string | undefined {
  const sufficient = Object.entries(table)
    .map(([scope, roles]) => ({ scope, roles: expandRoles(roles) }))
    .filter(({ scope, roles }) => SCOPE.test(scope) && roles.has(role));
  return sufficient.toSorted((a, b) => a.roles.size - b.roles.size)[0]?.scope;
}
