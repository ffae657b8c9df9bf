import { Conflict, DomainError, NotFound, quote } from '../../kernel/errors.js';

/** Too many failed log-ins; `seconds` until the next attempt is looked at. */
export class TooManyAttempts extends DomainError {
  constructor(seconds: number) {
    super(
      'rate-limited',
      'too-many-attempts',
      'Too many failed attempts to authenticate. Try again later.',
      { headers: { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) } },
    );
  }
}

export type EntityKind =
  | 'application credential'
  | 'domain'
  | 'endpoint'
  | 'identity provider'
  | 'project'
  | 'protocol'
  | 'region'
  | 'role'
  | 'role assignment'
  | 'service'
  | 'user';

/** No such entity, or none that this caller may know of. */
export class EntityNotFound extends NotFound {
  constructor(kind: EntityKind, id: string) {
    super(`Could not find ${kind}: ${quote(id)}.`);
  }
}

/** The name is taken within its domain (or its user, for an application credential). */
export class NameTaken extends Conflict {
  constructor(kind: EntityKind, name: string, cause?: unknown) {
    super(`A ${kind} with the name ${quote(name)} exists already.`, { cause });
  }
}
