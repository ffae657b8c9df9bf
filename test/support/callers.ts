import { randomBytes } from 'node:crypto';
import type { TestApp } from './app.js';

/** A tenant and a token of it for each kind of role. Roles imply the lesser ones, as in the service. */
export interface TenantCallers {
  readonly tenantId: string;
  readonly reader: string;
  readonly member: string;
  readonly manager: string;
  readonly admin: string;
  /** Scoped to the tenant, with a role that no rule mentions. */
  readonly noRole: string;
}

export interface Callers {
  /** The tenant of this name, made on first use. */
  tenant(name: string): Promise<TenantCallers>;
  /** Role `service` on a tenant of its own. */
  readonly service: string;
  /** A valid token without any scope. */
  readonly unscoped: string;
  /** Role `admin` on the system instead of a tenant. */
  readonly system: string;
}

export function createCallers(_app: TestApp): Promise<Callers> {
  const tenants = new Map<string, TenantCallers>();
  return Promise.resolve({
    tenant(name) {
      const known = tenants.get(name) ?? stubTenant();
      tenants.set(name, known);
      return Promise.resolve(known);
    },
    service: `${randomId()}:service`,
    unscoped: '-:none',
    system: '-:admin',
  });
}

const randomId = (): string => randomBytes(16).toString('hex');

function stubTenant(): TenantCallers {
  const tenantId = randomId();
  const token = (role: string): string => `${tenantId}:${role}`;
  return {
    tenantId,
    reader: token('reader'),
    member: token('member'),
    manager: token('manager'),
    admin: token('admin'),
    noRole: token('observer'),
  };
}
