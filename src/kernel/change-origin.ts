/** Who asked for a change, by which request: what its record in the audit says beside the change itself. */
export interface ChangeOrigin {
  /** Null: the service itself, such as a sweep, or an operator's tool. */
  readonly userId: string | null;
  /** The tenant that the user acted for; not always the one that owns what was changed. */
  readonly tenantId: string | null;
  readonly requestId: string | null;
}
