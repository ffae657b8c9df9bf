import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HashingPool } from '../../platform/hashing/hashing-pool.js';
import {
  DataHashing,
  type DataHash,
  type DataSignature,
} from '../application/ports/data-hashing.js';

/** {@link DataHashing} in worker threads, which end with the application. */
@Injectable()
export class PooledDataHashing extends DataHashing implements OnApplicationShutdown {
  private readonly pool = new HashingPool();

  start(algorithms: readonly string[], signature: DataSignature | null = null): DataHash {
    return this.pool.start(algorithms, signature);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
  }
}
