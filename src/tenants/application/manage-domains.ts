import { Inject, Injectable } from '@nestjs/common';
import { permits } from '../../auth/policy.js';
import { Forbidden } from '../../kernel/errors.js';
import type { Page } from '../../kernel/page.js';
import type { Principal } from '../../kernel/principal.js';
import { DEFAULT_DOMAIN_ID, type Domain } from '../domain/directory.js';
import { EntityNotFound } from '../domain/identity.errors.js';
import { pageAt, type ListRequest } from './list-request.js';
import {
  DomainRepository,
  type DomainChanges,
  type DomainFilter,
} from './ports/domain.repository.js';
import { UserRepository } from './ports/user.repository.js';

/** Domains: read by whoever may, changed by administrators (`identity:manage`). */
@Injectable()
export class ManageDomains {
  constructor(
    @Inject(DomainRepository) private readonly domains: DomainRepository,
    @Inject(UserRepository) private readonly users: UserRepository,
  ) {}

  async list(filter: DomainFilter, request: ListRequest): Promise<Page<Domain>> {
    return this.domains.list(filter, await pageAt(request, (id) => this.domains.find(id)));
  }

  /** Everybody may read their own domain. @throws Forbidden before it is known whether it exists */
  async show(id: string, principal: Principal): Promise<Domain> {
    if (!permits('identity:read', principal)) {
      const user = await this.users.find(principal.userId);
      if (user?.domainId !== id) throw new Forbidden();
    }
    return this.find(id);
  }

  create(domain: Omit<Domain, 'id'>): Promise<Domain> {
    return this.domains.add(domain);
  }

  /** Disabling ends all tokens of its users and for its projects. */
  async change(id: string, changes: DomainChanges): Promise<Domain> {
    if (id === DEFAULT_DOMAIN_ID && changes.isEnabled === false) {
      throw new Forbidden('The default domain cannot be disabled.');
    }
    return this.domains.change(id, changes);
  }

  /** @throws Forbidden for a domain that is enabled, which the default domain always is */
  async remove(id: string): Promise<void> {
    const domain = await this.find(id);
    if (domain.isEnabled) {
      throw new Forbidden('An enabled domain cannot be deleted. Disable it first.');
    }
    await this.domains.remove(id);
  }

  private async find(id: string): Promise<Domain> {
    const domain = await this.domains.find(id);
    if (domain === null) throw new EntityNotFound('domain', id);
    return domain;
  }
}
