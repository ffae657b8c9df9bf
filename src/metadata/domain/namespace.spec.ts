import { describe, expect, it } from '@jest/globals';
import { callerWith } from '../../../test/support/domain-fixtures.js';
import { Conflict, DomainError, Forbidden, NotFound } from '../../kernel/errors.js';
import {
  AssociationExists,
  AssociationNotFound,
  DefinitionExists,
  DefinitionLimitExceeded,
  DefinitionNotFound,
  NamespaceExists,
  NamespaceNotFound,
  NamespaceProtected,
} from './metadata.errors.js';
import { assertDeletable, visibleTo, type Namespace } from './namespace.js';

const namespace: Namespace = {
  id: 1n,
  name: 'OS::Compute',
  displayName: null,
  description: null,
  visibility: 'public',
  isProtected: false,
  owner: null,
  createdAt: new Date(0),
  updatedAt: new Date(0),
};

describe('namespaces', () => {
  it('are seen when public or the own tenant’s; by admins all', () => {
    expect(visibleTo(callerWith(['reader']))).toEqual({ publicAndOwnedBy: 't1' });
    expect(visibleTo(callerWith([], { tenantId: null }))).toEqual({ publicAndOwnedBy: null });
    expect(visibleTo(callerWith(['admin']))).toBe('everything');
  });

  it('that are protected keep everything inside', () => {
    expect(() => assertDeletable(namespace)).not.toThrow();
    expect(() => assertDeletable({ ...namespace, isProtected: true })).toThrow(NamespaceProtected);
  });
});

describe('failures', () => {
  it.each([
    [new NamespaceNotFound('n'), NotFound, "namespace 'n' could not be found."],
    [new NamespaceExists('n'), Conflict, "namespace 'n' already exists."],
    [new NamespaceProtected('n'), Forbidden, "'n' is protected: nothing in it can be deleted."],
    [new DefinitionNotFound('tag', 'n'), NotFound, "The tag 'n' could not be found"],
    [new DefinitionExists('n'), Conflict, "The name 'n' is already taken in this namespace."],
    [new DefinitionLimitExceeded(5), DomainError, 'A namespace holds at most 5 definitions'],
    [new AssociationNotFound('n'), NotFound, "not associated with the resource type 'n'."],
    [new AssociationExists('n'), Conflict, "already associated with the resource type 'n'."],
  ])('say which name it is about: %s', (error, kind, text) => {
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toContain(text);
  });

  it('of a full namespace are told from others by their code', () => {
    expect(new DefinitionLimitExceeded(5)).toMatchObject({
      kind: 'over-quota',
      code: 'definition-limit',
    });
  });
});
