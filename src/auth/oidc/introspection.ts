import { Logger } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { Unavailable } from '../../kernel/errors.js';
import type { OidcIssuerSettings } from '../../platform/config/oidc-settings.js';
import type { TrustedClient } from '../../platform/outbound/trusted-client.js';
import { endpointOf } from './issuer-metadata.js';

type Settings = NonNullable<OidcIssuerSettings['introspection']>;

/** RFC 7662 section 2.2; the other members are claims for the mapping to read. */
const answerSchema = z.looseObject({
  active: z.boolean(),
  iss: z.string().exactOptional(),
  aud: z.union([z.string(), z.array(z.string())]).exactOptional(),
  exp: z.number().exactOptional(),
  nbf: z.number().exactOptional(),
  iat: z.number().exactOptional(),
  jti: z.string().exactOptional(),
});

/** Asks an issuer what a token is worth that only the issuer can read. */
export class Introspection {
  private readonly logger = new Logger('OpenID Connect');
  private endpoint: string | null;

  constructor(
    private readonly issuer: string,
    private readonly settings: Settings,
    private readonly client: TrustedClient,
  ) {
    this.endpoint = settings.url ?? null;
  }

  /**
   * @returns the claims of a token that is active; whom it is for is not judged yet
   * @throws Unavailable when the issuer does not say
   */
  async claimsOf(token: string): Promise<JWTPayload | null> {
    const answer = await this.ask(token).catch((cause: unknown) => {
      throw unavailable(cause);
    });
    const parsed = answerSchema.safeParse(answer.body);
    if (answer.status !== 200 || !parsed.success) {
      const { issuer } = this;
      const { status } = answer;
      this.logger.error({ msg: 'An issuer does not answer about tokens.', issuer, status });
      throw unavailable(new Error(`Introspection was answered with ${status}.`));
    }
    const { active, ...claims } = parsed.data;
    const isOthers = claims.iss !== undefined && claims.iss !== this.issuer;
    return active && !isOthers ? claims : null;
  }

  private async ask(token: string) {
    this.endpoint ??= await endpointOf(this.issuer, 'introspection_endpoint', this.client);
    return this.client.send(this.endpoint, {
      method: 'POST',
      headers: { authorization: this.basicAuthorization() },
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }),
    });
  }

  /** RFC 6749 section 2.3.1: both parts are encoded as in a form first. */
  private basicAuthorization(): string {
    const { clientId, clientSecret } = this.settings;
    const encoded = [clientId, clientSecret.reveal()].map((part) =>
      new URLSearchParams({ part }).toString().slice('part='.length),
    );
    return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
  }
}

function unavailable(cause: unknown): Unavailable {
  return new Unavailable('The token issuer does not answer about tokens.', { cause });
}
