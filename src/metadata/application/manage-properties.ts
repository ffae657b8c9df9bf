import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../kernel/principal.js';
import type { Definition } from '../domain/definition.js';
import { AssociationNotFound, DefinitionNotFound } from '../domain/metadata.errors.js';
import { ManageDefinitions, type DefinitionAddress } from './manage-definitions.js';
import { NamespaceGate } from './namespace-gate.js';
import { DefinitionRepository } from './ports/definition.repository.js';
import { ResourceTypeRepository } from './ports/resource-type.repository.js';

@Injectable()
export class ManageProperties extends ManageDefinitions<'property'> {
  protected readonly kind = 'property';

  constructor(
    @Inject(NamespaceGate) gate: NamespaceGate,
    @Inject(DefinitionRepository) definitions: DefinitionRepository,
    @Inject(ResourceTypeRepository) private readonly resourceTypes: ResourceTypeRepository,
  ) {
    super(gate, definitions);
  }

  /**
   * The property that has this name on a resource of this type, where names carry a prefix.
   * @throws AssociationNotFound when the namespace does not apply to the type
   * @throws DefinitionNotFound when the name lacks the prefix, or nothing has the rest of it
   */
  async showOn(
    resourceType: string,
    address: DefinitionAddress,
    principal: Principal,
  ): Promise<Definition<'property'>> {
    const namespace = await this.gate.forReading(address.namespace, principal);
    const association = await this.resourceTypes.findAssociation(namespace, resourceType);
    if (association === null) throw new AssociationNotFound(resourceType);
    const prefix = association.prefix ?? '';
    if (!address.name.startsWith(prefix)) throw new DefinitionNotFound(this.kind, address.name);
    const name = address.name.slice(prefix.length);
    return this.found(await this.definitions.find(this.in(namespace), name), address);
  }
}
