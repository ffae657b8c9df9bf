import type { Binaries } from './binaries.js';
import type { ClusterDirectory } from './cluster-directory.js';

/** Which files, run by which programs, how. */
export interface Cluster {
  readonly directory: ClusterDirectory;
  readonly binaries: Binaries;
  readonly settings: ServerSettings;
}

export interface ServerSettings {
  readonly maxConnections: number;
  /** False trades safety against a crash of the machine for speed; for tests. */
  readonly durable: boolean;
}
