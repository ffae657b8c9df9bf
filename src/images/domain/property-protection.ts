import type { Principal } from '../../kernel/principal.js';

export type PropertyAction = 'create' | 'read' | 'update' | 'delete';

/** Who may do what with additional properties, by their names; decided by the operator (image-v2 3.4). */
export interface PropertyProtection {
  /** True when any rule exists, so that unprotected deployments need not look at names at all. */
  readonly isActive: boolean;
  permits(action: PropertyAction, name: string, principal: Principal): boolean;
}

export const UNPROTECTED: PropertyProtection = { isActive: false, permits: () => true };

/** One section of the operator's file. `@` in a list stands for everyone, `!` for nobody. */
export interface PropertyRule {
  readonly pattern: RegExp;
  readonly roles: Readonly<Record<PropertyAction, readonly string[]>>;
}

/** The first rule whose pattern matches decides, whatever it decides; no match means nobody (S-25). */
export class PropertyRules implements PropertyProtection {
  readonly isActive = true;

  constructor(private readonly rules: readonly PropertyRule[]) {}

  permits(action: PropertyAction, name: string, principal: Principal): boolean {
    const rule = this.rules.find(({ pattern }) => pattern.test(name));
    const allowed = rule?.roles[action] ?? [];
    if (allowed.includes('!')) return false;
    return allowed.some(
      (role) => role === '@' || principal.roles.has(role) || principal.serviceRoles.has(role),
    );
  }
}
