import { Inject, Injectable } from '@nestjs/common';
import { permits } from '../../auth/policy.js';
import { Forbidden } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import { NamespaceNotFound } from '../domain/metadata.errors.js';
import { assertDeletable, visibleTo, type Namespace } from '../domain/namespace.js';
import { NamespaceRepository } from './ports/namespace.repository.js';

/** The way into a namespace: what cannot be seen does not exist (404), then what may not be done (403). */
@Injectable()
export class NamespaceGate {
  constructor(@Inject(NamespaceRepository) private readonly namespaces: NamespaceRepository) {}

  /** @throws NamespaceNotFound when there is none, or it is another tenant's private one */
  async forReading(name: string, principal: Principal): Promise<Namespace> {
    const namespace = await this.namespaces.find(name, visibleTo(principal));
    if (namespace === null) throw new NamespaceNotFound(name);
    return namespace;
  }

  /** @throws Forbidden when the caller sees the namespace but may not write metadata definitions */
  async forWriting(name: string, principal: Principal): Promise<Namespace> {
    const namespace = await this.forReading(name, principal);
    if (!permits('metadef:write', principal)) throw new Forbidden();
    return namespace;
  }

  /** @throws NamespaceProtected when nothing inside may be deleted */
  async forDeleting(name: string, principal: Principal): Promise<Namespace> {
    const namespace = await this.forWriting(name, principal);
    assertDeletable(namespace);
    return namespace;
  }
}
