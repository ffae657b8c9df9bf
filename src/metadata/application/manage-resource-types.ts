import { Inject, Injectable } from '@nestjs/common';
import type { Page } from '../../kernel/page.js';
import type { Principal } from '../../kernel/principal.js';
import { AssociationNotFound } from '../domain/metadata.errors.js';
import type { Association, DraftAssociation, ResourceType } from '../domain/resource-type.js';
import { NamespaceGate } from './namespace-gate.js';
import { ResourceTypeRepository } from './ports/resource-type.repository.js';

/** The types of resources, and which namespaces apply to them. */
@Injectable()
export class ManageResourceTypes {
  constructor(
    @Inject(NamespaceGate) private readonly gate: NamespaceGate,
    @Inject(ResourceTypeRepository) private readonly resourceTypes: ResourceTypeRepository,
  ) {}

  async list(limit: number, marker: string | null): Promise<Page<ResourceType>> {
    return this.resourceTypes.list(limit, marker);
  }

  /** @throws NamespaceNotFound */
  async listAssociations(namespace: string, principal: Principal): Promise<readonly Association[]> {
    return this.resourceTypes.listAssociations(await this.gate.forReading(namespace, principal));
  }

  /** @throws NamespaceNotFound, Forbidden, AssociationExists, DefinitionLimitExceeded */
  async associate(
    namespace: string,
    draft: DraftAssociation,
    principal: Principal,
  ): Promise<Association> {
    const target = await this.gate.forWriting(namespace, principal);
    return this.resourceTypes.associate(target, draft, new Date());
  }

  /** @throws NamespaceNotFound, Forbidden, NamespaceProtected, AssociationNotFound */
  async dissociate(namespace: string, resourceType: string, principal: Principal): Promise<void> {
    const target = await this.gate.forDeleting(namespace, principal);
    if (await this.resourceTypes.dissociate(target, resourceType)) return;
    // Perhaps the namespace was deleted or protected since: the gate says so.
    await this.gate.forDeleting(namespace, principal);
    throw new AssociationNotFound(resourceType);
  }
}
