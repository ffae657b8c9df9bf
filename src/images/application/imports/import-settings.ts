import type { ImportMethod } from '../../domain/image-import.js';
import type { DataQuotas } from '../ports/image-data.repository.js';

/** Injection token of the deployment's {@link ImportSettings}. */
export const IMPORT_SETTINGS = Symbol('IMPORT_SETTINGS');

/** What the operator decided about imports. */
export interface ImportSettings {
  readonly methods: readonly ImportMethod[];
  /** Tasks that this process works on at once; 0 leaves them to other replicas. */
  readonly concurrency: number;
  /** One attempt may take so long. */
  readonly timeLimitSeconds: number;
  /** Take data out of its compression, unless the container format says that it stays there. */
  readonly decompress: boolean;
  /** How long staged bytes wait for their import. */
  readonly stagedRetentionSeconds: number;
  readonly quotas: DataQuotas;
}
