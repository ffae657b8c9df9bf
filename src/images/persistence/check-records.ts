import type { Database } from '../../platform/database/database.js';
import {
  FOREIGN_KEYS,
  orphanCheck,
  RECORD_CHECKS,
  WITHOUT_COPIES,
  type ForeignKeyRow,
  type RecordCheck,
} from './record-checks.sql.js';

/** Something that is not as it must be. */
export interface Finding {
  /** The rule that is broken. */
  readonly claim: string;
  /** The id or key of what breaks it. */
  readonly subject: string;
  readonly detail: string;
}

export interface StoredHashes {
  readonly checksum: string | null;
  readonly algorithm: string | null;
  readonly value: string | null;
}

/** Of one rule; more say nothing new. */
const MOST = 1000;

/** Asks the database whether its records agree with each other. */
export class CheckRecords {
  constructor(
    private readonly database: Database,
    /** Without renewal for so long a lease is dead and should have been swept. */
    private readonly leaseSeconds: number,
  ) {}

  /** @returns one check after the other; run them in any order */
  async checks(): Promise<readonly RecordCheck[]> {
    const keys = await this.database.read<ForeignKeyRow>({ text: FOREIGN_KEYS, values: [] });
    return [...RECORD_CHECKS, ...keys.map(orphanCheck)];
  }

  async run({ claim, text }: RecordCheck): Promise<readonly Finding[]> {
    const values = text.includes('$1') ? [this.leaseSeconds] : [];
    const rows = await this.database.read<Omit<Finding, 'claim'>>({
      text: `${text} LIMIT ${MOST}`,
      values,
    });
    return rows.map(({ subject, detail }) => ({ claim, subject, detail }));
  }

  withoutCopies(): Promise<readonly Finding[]> {
    return this.run(WITHOUT_COPIES);
  }

  async countOfCopies(): Promise<number> {
    const [row] = await this.database.read<{ copies: number }>({
      text: `SELECT count(*)::integer AS copies FROM image_locations WHERE status = 'active'`,
      values: [],
    });
    return row?.copies ?? 0;
  }

  async hashesOf(imageId: string): Promise<StoredHashes> {
    const [row] = await this.database.read<{
      checksum: string | null;
      os_hash_algo: string | null;
      os_hash_value: string | null;
    }>({
      text: 'SELECT checksum, os_hash_algo, os_hash_value FROM images WHERE id = $1::uuid',
      values: [imageId],
    });
    const { checksum = null, os_hash_algo = null, os_hash_value = null } = row ?? {};
    return { checksum, algorithm: os_hash_algo, value: os_hash_value };
  }
}
