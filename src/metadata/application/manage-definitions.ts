import { Inject } from '@nestjs/common';
import type { Principal } from '../../kernel/principal.js';
import type { Definition, DefinitionKind, DraftDefinition } from '../domain/definition.js';
import { DefinitionNotFound } from '../domain/metadata.errors.js';
import { NamespaceGate } from './namespace-gate.js';
import {
  DefinitionRepository,
  type DefinitionQuery,
  type DefinitionSet,
} from './ports/definition.repository.js';

/** Where a definition is: its namespace by name, and its own. */
export interface DefinitionAddress {
  readonly namespace: string;
  readonly name: string;
}

/**
 * What can be done to every kind of definition. All throw NamespaceNotFound, those that write also
 * Forbidden, those that delete also NamespaceProtected.
 */
export abstract class ManageDefinitions<Kind extends DefinitionKind> {
  protected abstract readonly kind: Kind;

  constructor(
    @Inject(NamespaceGate) protected readonly gate: NamespaceGate,
    @Inject(DefinitionRepository) protected readonly definitions: DefinitionRepository,
  ) {}

  /** @throws DefinitionNotFound when no definition has the marker's name */
  async list(
    namespace: string,
    query: DefinitionQuery,
    principal: Principal,
  ): Promise<readonly Definition<Kind>[]> {
    const set = this.in(await this.gate.forReading(namespace, principal));
    return this.definitions.list(set, query);
  }

  /** @throws DefinitionNotFound */
  async show(address: DefinitionAddress, principal: Principal): Promise<Definition<Kind>> {
    const set = this.in(await this.gate.forReading(address.namespace, principal));
    return this.found(await this.definitions.find(set, address.name), address);
  }

  /** @throws DefinitionExists, DefinitionLimitExceeded */
  async add(
    namespace: string,
    draft: DraftDefinition<Kind>,
    principal: Principal,
  ): Promise<Definition<Kind>> {
    const set = this.in(await this.gate.forWriting(namespace, principal));
    const now = new Date();
    await this.definitions.add(set, [draft], now);
    return { ...draft, createdAt: now, updatedAt: now };
  }

  /** @throws DefinitionNotFound, DefinitionExists */
  async replace(
    address: DefinitionAddress,
    draft: DraftDefinition<Kind>,
    principal: Principal,
  ): Promise<Definition<Kind>> {
    const set = this.in(await this.gate.forWriting(address.namespace, principal));
    const replaced = await this.definitions.replace(set, address.name, draft, new Date());
    return this.found(replaced, address);
  }

  /** @throws DefinitionNotFound */
  async remove({ namespace, name }: DefinitionAddress, principal: Principal): Promise<void> {
    const set = this.in(await this.gate.forDeleting(namespace, principal));
    if (await this.definitions.remove(set, name)) return;
    // Perhaps the namespace was deleted or protected since: the gate says so.
    await this.gate.forDeleting(namespace, principal);
    throw new DefinitionNotFound(this.kind, name);
  }

  async removeAll(namespace: string, principal: Principal): Promise<void> {
    await this.definitions.removeAll(this.in(await this.gate.forDeleting(namespace, principal)));
  }

  protected in(namespace: DefinitionSet<Kind>['namespace']): DefinitionSet<Kind> {
    return { namespace, kind: this.kind };
  }

  protected found(found: Definition<Kind> | null, { name }: DefinitionAddress): Definition<Kind> {
    if (found === null) throw new DefinitionNotFound(this.kind, name);
    return found;
  }
}
