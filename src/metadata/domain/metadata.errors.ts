import { Conflict, DomainError, Forbidden, NotFound, quote } from '../../kernel/errors.js';

/** No such namespace, or none that the caller may see: the two are not told apart. */
export class NamespaceNotFound extends NotFound {
  constructor(name: string) {
    super(`The metadata definition namespace ${quote(name)} could not be found.`);
  }
}

/** Names are unique over all tenants, private namespaces included. */
export class NamespaceExists extends Conflict {
  constructor(name: string) {
    super(`A metadata definition namespace ${quote(name)} already exists.`);
  }
}

export class NamespaceProtected extends Forbidden {
  constructor(name: string) {
    super(`The namespace ${quote(name)} is protected: nothing in it can be deleted.`);
  }
}

export class DefinitionNotFound extends NotFound {
  constructor(kind: string, name: string) {
    super(`The ${kind} ${quote(name)} could not be found in this namespace.`);
  }
}

export class DefinitionExists extends Conflict {
  constructor(name: string) {
    super(`The name ${quote(name)} is already taken in this namespace.`);
  }
}

/** S-72: a namespace holds a bounded number of each kind. */
export class DefinitionLimitExceeded extends DomainError {
  constructor(limit: number) {
    super(
      'over-quota',
      'definition-limit',
      `A namespace holds at most ${limit} definitions of one kind.`,
    );
  }
}

export class AssociationNotFound extends NotFound {
  constructor(resourceType: string) {
    super(`The namespace is not associated with the resource type ${quote(resourceType)}.`);
  }
}

export class AssociationExists extends Conflict {
  constructor(resourceType: string) {
    super(`The namespace is already associated with the resource type ${quote(resourceType)}.`);
  }
}
