import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { BaseUrls, type OriginSource } from './base-urls.js';

const REALM = 'realm="image-catalog"';

/** What a refusal tells about how to do better: identity A9 for tokens, RFC 6750 section 3 for bearers. */
@Injectable()
export class Challenges {
  private readonly baseUrls: BaseUrls;

  constructor(@Inject(CONFIG) private readonly config: Config) {
    this.baseUrls = new BaseUrls(config);
  }

  /** Values of `WWW-Authenticate`, for every identity that is active; none for most statuses. */
  for(status: number, request: OriginSource): readonly string[] {
    const bearer = this.bearerChallenge(status, request);
    return status === 401 ? [...this.keystoneChallenge(request), ...bearer] : bearer;
  }

  private keystoneChallenge(request: OriginSource): readonly string[] {
    const { keystone, embedded } = this.config.auth;
    if (keystone !== null) return [`Keystone uri="${keystone.wwwAuthenticateUri}"`];
    return embedded ? [`Keystone uri="${this.baseUrls.identity(request)}"`] : [];
  }

  /** The details are for those who did come with a bearer token. */
  private bearerChallenge(status: number, { headers }: OriginSource): readonly string[] {
    if (this.config.auth.oidc.length === 0) return [];
    const isBearer = headers.authorization !== undefined && headers['x-auth-token'] === undefined;
    const error = isBearer ? ERRORS[status] : undefined;
    if (error !== undefined) return [`Bearer ${REALM}, error="${error}"`];
    return status === 401 ? [`Bearer ${REALM}`] : [];
  }
}

const ERRORS: Readonly<Record<number, string>> = {
  401: 'invalid_token',
  403: 'insufficient_scope',
};
