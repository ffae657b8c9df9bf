/** What every identity holds from the start. */

export const ADMIN = 'admin';

/** Immutable. `admin` implies `manager` implies `member` implies `reader`; `service` stands beside them. */
export const BUILT_IN_ROLES = ['admin', 'manager', 'member', 'reader', 'service'] as const;
