import type { DomainChanges } from '../application/ports/domain.repository.js';
import type { Domain } from '../domain/directory.js';
import {
  Envelope,
  MAX_SHORT_NAME,
  Name,
  OptionalFlag,
  OptionalName,
  OptionalText,
} from './fields.js';
import { given } from './list-query.js';

class CreateDomain {
  @Name(MAX_SHORT_NAME) readonly name!: string;
  @OptionalText() readonly description?: string | null;
  @OptionalFlag() readonly enabled?: boolean | null;
}

class ChangeDomain {
  @OptionalName(MAX_SHORT_NAME) readonly name?: string | null;
  @OptionalText() readonly description?: string | null;
  @OptionalFlag() readonly enabled?: boolean | null;
}

export class CreateDomainRequest {
  @Envelope(() => CreateDomain) readonly domain!: CreateDomain;
}

export class ChangeDomainRequest {
  @Envelope(() => ChangeDomain) readonly domain!: ChangeDomain;
}

export function toNewDomain({ domain }: CreateDomainRequest): Omit<Domain, 'id'> {
  return {
    name: domain.name,
    description: domain.description ?? '',
    isEnabled: domain.enabled ?? true,
  };
}

export function toDomainChanges({ domain }: ChangeDomainRequest): DomainChanges {
  return given({
    name: domain.name ?? undefined,
    description: domain.description === null ? '' : domain.description,
    isEnabled: domain.enabled ?? undefined,
  });
}
