import { Unauthenticated, InvalidRequest } from '../../kernel/errors.js';
import type { AuthRequest, Proof, ScopeRequest } from '../application/auth-request.js';
import type { ApplicationCredentialRef } from '../application/ports/login-directory.js';
import { DEFAULT_DOMAIN_ID, type DomainRef, type EntityRef } from '../domain/directory.js';
import { AUTH_METHODS, type AuthMethod } from '../domain/token.js';
import {
  asObject,
  isObject,
  optionalTextMember,
  textMember,
  type JsonObject,
} from './json-members.js';

const MAX_METHODS = 10;
const MAX_ID = 64;
const MAX_NAME = 255;
const MAX_TOKEN = 8192;
/** Counted in bytes of UTF-8, before anything is hashed (S-09). */
const MAX_SECRET_BYTES = 4096;

/** The body of `POST /v3/auth/tokens` (identity B4). */
export class AuthRequestParser {
  /** @param defaultDomainFallback take a name without a domain for one of the default domain */
  constructor(private readonly defaultDomainFallback: boolean) {}

  /**
   * @throws InvalidRequest for a body of another shape
   * @throws Unauthenticated naming the supported methods, for one that is not
   */
  parse(body: unknown): Pick<AuthRequest, 'proofs' | 'scope'> {
    const auth = asObject(asObject(body, 'body')['auth'], 'auth');
    const identity = asObject(auth['identity'], 'auth.identity');
    const proofs = methodsOf(identity).map((method) => this.proof(method, identity));
    return { proofs, scope: this.scope(auth['scope']) };
  }

  private proof(method: AuthMethod, identity: JsonObject): Proof {
    const path = `auth.identity.${method}`;
    const member = asObject(identity[method], path);
    switch (method) {
      case 'password': {
        const user = asObject(member['user'], `${path}.user`);
        const password = secretMember(user, `${path}.user.password`);
        return { method, user: this.entity(user, `${path}.user`), password };
      }
      case 'token':
        return { method, token: textMember(member, `${path}.id`, MAX_TOKEN) };
      case 'application_credential': {
        const secret = secretMember(member, `${path}.secret`);
        return { method, credential: this.credential(member, path), secret };
      }
    }
  }

  private credential(member: JsonObject, path: string): ApplicationCredentialRef {
    const id = optionalTextMember(member, `${path}.id`, MAX_ID);
    if (id !== undefined) return { id };
    const name = textMember(member, `${path}.name`, MAX_NAME);
    return { name, user: this.entity(asObject(member['user'], `${path}.user`), `${path}.user`) };
  }

  private scope(scope: unknown): ScopeRequest {
    if (scope === undefined || scope === null) return { kind: 'default' };
    if (scope === 'unscoped') return { kind: 'unscoped' };
    const members = asObject(scope, 'auth.scope');
    const names = Object.keys(members).filter((name) => SCOPE_MEMBERS.has(name));
    if (names.length !== 1) {
      throw new InvalidRequest(
        "'auth.scope' must have one of 'project', 'domain', 'system' and 'unscoped'.",
      );
    }
    return this.namedScope(names[0] ?? '', members);
  }

  private namedScope(name: string, members: JsonObject): ScopeRequest {
    const member = asObject(members[name], `auth.scope.${name}`);
    switch (name) {
      case 'project':
        return { kind: 'project', project: this.entity(member, 'auth.scope.project') };
      case 'domain':
        return { kind: 'domain', domain: domainRef(member, 'auth.scope.domain') };
      case 'system':
        if (member['all'] === true) return { kind: 'system' };
        throw new InvalidRequest("'auth.scope.system.all' must be true.");
      default:
        return { kind: 'unscoped' };
    }
  }

  /** By id, or by name and domain; a domain beside an id is legal and ignored. */
  private entity(member: JsonObject, path: string): EntityRef {
    const id = optionalTextMember(member, `${path}.id`, MAX_ID);
    if (id !== undefined) return { id };
    const name = optionalTextMember(member, `${path}.name`, MAX_NAME);
    if (name === undefined) throw new InvalidRequest(`'${path}' needs an 'id' or a 'name'.`);
    return { name, domain: this.domainOf(member, path) };
  }

  private domainOf(member: JsonObject, path: string): DomainRef {
    const { domain } = member;
    // Clients without domain settings send none, or an empty one.
    const isGiven = isObject(domain) && (domain['id'] ?? domain['name'] ?? null) !== null;
    if (isGiven) return domainRef(domain, `${path}.domain`);
    if (this.defaultDomainFallback) return { id: DEFAULT_DOMAIN_ID };
    throw new InvalidRequest(`'${path}.domain' is required beside a name.`);
  }
}

const SCOPE_MEMBERS = new Set(['project', 'domain', 'system', 'unscoped']);

function domainRef(member: JsonObject, path: string): DomainRef {
  const id = optionalTextMember(member, `${path}.id`, MAX_ID);
  if (id !== undefined) return { id };
  return { name: textMember(member, `${path}.name`, MAX_NAME) };
}

function methodsOf(identity: JsonObject): AuthMethod[] {
  const { methods } = identity;
  const isList = Array.isArray(methods) && methods.every((method) => typeof method === 'string');
  if (!isList || methods.length === 0) {
    throw new InvalidRequest("'auth.identity.methods' must be a list of strings, and not empty.");
  }
  if (methods.length > MAX_METHODS || new Set(methods).size < methods.length) {
    throw new InvalidRequest(
      `'auth.identity.methods' takes each method once, ${MAX_METHODS} at most.`,
    );
  }
  if (!methods.every(isSupported)) {
    throw new Unauthenticated({ details: { identity: { methods: AUTH_METHODS } } });
  }
  return methods;
}

const isSupported = (method: unknown): method is AuthMethod =>
  (AUTH_METHODS as readonly unknown[]).includes(method);

/** @throws InvalidRequest for a missing password or secret, and for one of more than 4096 bytes */
export function secretMember(parent: JsonObject, path: string): string {
  const secret = textMember(parent, path, MAX_SECRET_BYTES);
  if (Buffer.byteLength(secret) > MAX_SECRET_BYTES) {
    throw new InvalidRequest(`'${path}' must not be longer than ${MAX_SECRET_BYTES} bytes.`);
  }
  return secret;
}
