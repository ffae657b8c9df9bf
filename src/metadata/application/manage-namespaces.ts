import { Inject, Injectable } from '@nestjs/common';
import type { Page } from '../../kernel/page.js';
import type { Principal } from '../../kernel/principal.js';
import { NamespaceNotFound } from '../domain/metadata.errors.js';
import { visibleTo, type Namespace, type NamespaceFields } from '../domain/namespace.js';
import { appliedTo, assertConsistent, type DraftContents } from '../domain/namespace-contents.js';
import { NamespaceGate } from './namespace-gate.js';
import {
  NamespaceRepository,
  type FullNamespace,
  type ListedNamespace,
  type NamespaceQuery,
} from './ports/namespace.repository.js';

export interface ListNamespacesQuery extends Omit<NamespaceQuery, 'scope' | 'after'> {
  /** Name of the namespace after which the page begins. */
  readonly marker: string | null;
}

/** What was said about a namespace; without an owner it belongs to the writer's tenant. */
export interface NamespaceCommand extends Omit<NamespaceFields, 'owner'> {
  readonly owner?: string;
}

export interface CreateNamespaceCommand {
  readonly fields: NamespaceCommand;
  readonly contents: DraftContents;
}

/** The namespaces themselves; what is inside comes along when they are created, shown and deleted. */
@Injectable()
export class ManageNamespaces {
  constructor(
    @Inject(NamespaceGate) private readonly gate: NamespaceGate,
    @Inject(NamespaceRepository) private readonly namespaces: NamespaceRepository,
  ) {}

  /** @throws NamespaceNotFound when the caller sees no namespace of the marker's name */
  async list(
    { marker, ...query }: ListNamespacesQuery,
    principal: Principal,
  ): Promise<Page<ListedNamespace>> {
    const after = marker === null ? null : await this.gate.forReading(marker, principal);
    return this.namespaces.list({ ...query, after, scope: visibleTo(principal) });
  }

  /**
   * @param resourceType when given, property names are those used on such a resource
   * @throws NamespaceNotFound
   */
  async show(
    name: string,
    resourceType: string | null,
    principal: Principal,
  ): Promise<FullNamespace> {
    const found = await this.namespaces.findWithContents(name, visibleTo(principal));
    if (found === null) throw new NamespaceNotFound(name);
    if (resourceType === null) return found;
    return { ...found, contents: appliedTo(found.contents, resourceType) };
  }

  /**
   * Creates a namespace with everything inside, or nothing at all.
   * @throws NamespaceExists, DefinitionExists, AssociationExists when a name is taken or occurs twice
   * @throws DefinitionLimitExceeded
   */
  async create(
    { fields, contents }: CreateNamespaceCommand,
    principal: Principal,
  ): Promise<FullNamespace> {
    assertConsistent(contents);
    const now = new Date();
    const namespace = await this.namespaces.add(ownedFields(fields, principal), contents, now);
    return { namespace, contents: stamped(contents, now) };
  }

  /**
   * Says everything about a namespace anew, its name included; what is inside stays.
   * @throws NamespaceNotFound, Forbidden
   * @throws NamespaceExists when the new name is taken
   */
  async replace(name: string, command: NamespaceCommand, principal: Principal): Promise<Namespace> {
    const before = await this.gate.forWriting(name, principal);
    return this.namespaces.replace(before, ownedFields(command, principal), new Date());
  }

  /** @throws NamespaceNotFound, Forbidden, NamespaceProtected */
  async delete(name: string, principal: Principal): Promise<void> {
    const namespace = await this.gate.forDeleting(name, principal);
    if (await this.namespaces.remove(namespace)) return;
    // Somebody else deleted or protected it since: the gate says which.
    await this.gate.forDeleting(name, principal);
    throw new NamespaceNotFound(name);
  }
}

function ownedFields(command: NamespaceCommand, principal: Principal): NamespaceFields {
  return { ...command, owner: command.owner ?? principal.tenantId };
}

function stamped(contents: DraftContents, now: Date): FullNamespace['contents'] {
  const dates = { createdAt: now, updatedAt: now };
  return {
    associations: contents.associations
      .map((one) => ({ ...one, ...dates }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    properties: contents.properties.map((one) => ({ ...one, ...dates })),
    objects: contents.objects.map((one) => ({ ...one, ...dates })),
    tags: contents.tags.map((one) => ({ ...one, ...dates })),
  };
}
