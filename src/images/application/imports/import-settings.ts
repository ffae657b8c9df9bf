import type { ImportMethod } from '../../domain/image-import.js';

/** Injection token of the deployment's {@link ImportSettings}. */
export const IMPORT_SETTINGS = Symbol('IMPORT_SETTINGS');

/** What the operator decided about imports. */
export interface ImportSettings {
  readonly methods: readonly ImportMethod[];
  /** How long staged bytes wait for their import. */
  readonly stagedRetentionSeconds: number;
}
