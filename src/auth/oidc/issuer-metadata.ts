import { z } from 'zod';
import type { TrustedClient } from '../../platform/outbound/trusted-client.js';

const metadataSchema = z.object({
  issuer: z.string(),
  jwks_uri: z.url().optional(),
  introspection_endpoint: z.url().optional(),
});

/**
 * Where an issuer says that one of its endpoints is (OpenID Connect Discovery 4).
 * @throws Error when the issuer does not answer, not for itself, or not with such an endpoint
 */
export async function endpointOf(
  issuer: string,
  name: 'jwks_uri' | 'introspection_endpoint',
  client: TrustedClient,
): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { status, body } = await client.send(url);
  const metadata = metadataSchema.safeParse(body);
  const endpoint = metadata.data?.[name];
  if (status !== 200 || endpoint === undefined) {
    throw new Error(`The metadata of the issuer were answered with ${status}, without ${name}.`);
  }
  // OpenID Connect Discovery 4.3: metadata of somebody else are not to be used.
  if (metadata.data?.issuer !== issuer) throw new Error('The metadata are of another issuer.');
  if (issuer.startsWith('https:') && !endpoint.startsWith('https:')) {
    throw new Error(`The metadata name a ${name} that does not come over TLS.`);
  }
  return endpoint;
}
