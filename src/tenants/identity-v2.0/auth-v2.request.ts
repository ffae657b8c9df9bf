import { InvalidRequest } from '../../kernel/errors.js';
import type { AuthRequest, Proof, ScopeRequest } from '../application/auth-request.js';
import { DEFAULT_DOMAIN_ID, type EntityRef } from '../domain/directory.js';
import { secretMember } from '../identity-v3/auth.request.js';
import {
  asObject,
  isObject,
  optionalTextMember,
  textMember,
  type JsonObject,
} from '../identity-v3/json-members.js';

/** Whose habits the client has: the request tells, by the credentials that it brings. */
export type Flavour = 'openstack' | 'rackspace';

const API_KEY_CREDENTIALS = 'RAX-KSKEY:apiKeyCredentials';

const MAX_ID = 64;
const MAX_NAME = 255;
const MAX_TOKEN = 8192;
const domain = { id: DEFAULT_DOMAIN_ID };

export function flavourOf(body: unknown): Flavour {
  const auth = isObject(body) ? body['auth'] : null;
  return isObject(auth) && auth[API_KEY_CREDENTIALS] !== undefined ? 'rackspace' : 'openstack';
}

/** The body of `POST /v2.0/tokens` (identity B8). Names are of the default domain. @throws InvalidRequest */
export function parseAuthV2(body: unknown): Pick<AuthRequest, 'proofs' | 'scope'> {
  const auth = asObject(asObject(body, 'body')['auth'], 'auth');
  const [name, ...others] = [API_KEY_CREDENTIALS, 'passwordCredentials', 'token'].filter(
    (member) => auth[member] !== undefined,
  );
  if (name === undefined || others.length > 0) {
    throw new InvalidRequest(
      `'auth' needs one of 'passwordCredentials', '${API_KEY_CREDENTIALS}' and 'token'.`,
    );
  }
  const credentials = asObject(auth[name], `auth.${name}`);
  const scope = scopeOf(auth, credentials);
  if (name === 'token' && scope.kind === 'default-or-only-project') {
    throw new InvalidRequest("A 'token' needs a 'tenantId' or a 'tenantName' beside it.");
  }
  return { proofs: [proofOf(name, credentials)], scope };
}

function proofOf(name: string, credentials: JsonObject): Proof {
  const path = `auth.${name}`;
  if (name === 'token') {
    return { method: 'token', token: textMember(credentials, `${path}.id`, MAX_TOKEN) };
  }
  const user = userOf(credentials, path);
  return name === API_KEY_CREDENTIALS
    ? { method: 'api_key', user, apiKey: secretMember(credentials, `${path}.apiKey`) }
    : { method: 'password', user, password: secretMember(credentials, `${path}.password`) };
}

function userOf(credentials: JsonObject, path: string): EntityRef {
  const id = optionalTextMember(credentials, `${path}.userId`, MAX_ID);
  if (id !== undefined) return { id };
  return { name: textMember(credentials, `${path}.username`, MAX_NAME), domain };
}

/** The tenant stands beside the credentials, or (Rackspace's table) inside them. */
function scopeOf(auth: JsonObject, credentials: JsonObject): ScopeRequest {
  const [ids, names] = ['tenantId', 'tenantName'].map((member) =>
    [auth, credentials].flatMap((parent) => optionalTextMember(parent, member, MAX_NAME) ?? []),
  ) as [string[], string[]];
  if (ids.length + names.length > 1) {
    throw new InvalidRequest("Give one of 'tenantId' and 'tenantName', once.");
  }
  const [id] = ids;
  if (id !== undefined) return { kind: 'project', project: { id } };
  const [name] = names;
  if (name !== undefined) return { kind: 'project', project: { name, domain } };
  return { kind: 'default-or-only-project' };
}
