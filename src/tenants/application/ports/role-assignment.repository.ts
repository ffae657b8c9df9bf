import type { Page } from '../../../kernel/page.js';
import type { GrantTarget, RoleAssignment, RoleGrant } from '../../domain/role-assignment.js';

export interface AssignmentFilter {
  readonly userId?: string;
  readonly roleId?: string;
  readonly target?: GrantTarget;
}

export interface AssignmentPageRequest {
  readonly limit: number;
  /** Id of the last assignment of the page before. */
  readonly after: string | null;
}

/** Port: who has which role where. */
export abstract class RoleAssignmentRepository {
  /** In the order in which they were given. */
  abstract list(
    filter: AssignmentFilter,
    page: AssignmentPageRequest,
  ): Promise<Page<RoleAssignment>>;
  abstract has(grant: RoleGrant): Promise<boolean>;
  /** Idempotent. @throws EntityNotFound when the user, the role or the target does not exist */
  abstract add(grant: RoleGrant): Promise<void>;
  /** @throws EntityNotFound when there is no such assignment */
  abstract remove(grant: RoleGrant): Promise<void>;
}
