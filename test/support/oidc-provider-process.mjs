// An OpenID Connect provider in a process of its own, told what to do over the channel to its parent.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

/** What clients name as the resource that they want a token for. */
const RESOURCE = 'https://images.example';

/** Services that ask about opaque tokens introduce themselves with HTTP Basic authentication. */
const AUTH_METHODS = { jwt: 'client_secret_post', opaque: 'client_secret_basic' };

let requests = [];
let callback;

const server = createServer((request, response) => {
  requests.push(`${request.method} ${request.url}`);
  callback(request, response);
});

function provider(issuer, { keys, clients, audience, tokenFormat = 'jwt' }) {
  const idp = new Provider(issuer, {
    jwks: { keys },
    clients: Object.keys(clients).map((id) => ({
      client_id: id,
      client_secret: id,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: AUTH_METHODS[tokenFormat],
      id_token_signed_response_alg: keys[0].alg,
    })),
    extraTokenClaims: (_context, token) => clients[token.clientId],
    features: {
      introspection: { enabled: true },
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'images:read images:write',
          audience,
          accessTokenFormat: tokenFormat,
          accessTokenTTL: 3600,
          jwt: { sign: { alg: keys[0].alg } },
        }),
      },
    },
  });
  return idp.callback();
}

const actions = {
  async start(settings) {
    await new Promise((resolve) => {
      server.listen(settings.port ?? 0, '127.0.0.1', resolve);
    });
    const issuer = `http://127.0.0.1:${server.address().port}`;
    callback = provider(issuer, settings);
    return { issuer, resource: RESOURCE };
  },
  /** From now on the provider signs with the first of these and shows all of them. */
  async rotate(settings) {
    callback = provider(`http://127.0.0.1:${server.address().port}`, settings);
    return null;
  },
  async requests() {
    return requests;
  },
};

process.on('message', ({ id, action, settings }) => {
  void actions[action](settings).then((result) => process.send({ id, result }));
});
process.on('disconnect', () => process.exit(0));
