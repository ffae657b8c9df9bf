import type pg from 'pg';
import QueryStream from 'pg-query-stream';
import { IMAGE_COLUMNS, toImage, type ImageRow } from '../persistence/image.record.js';
import type { DocumentMember } from './image-document.js';
import { printImageDocument } from './print-image-document.js';

interface DumpedRow extends ImageRow {
  readonly members: readonly DumpedMember[] | null;
}

interface DumpedMember extends Pick<DocumentMember, 'memberId' | 'status'> {
  readonly createdAt: string;
  readonly updatedAt: string;
}

const LIVE_IMAGES = `
  SELECT ${IMAGE_COLUMNS}, (
    SELECT json_agg(json_build_object(
      'memberId', m.member_id, 'status', m.status, 'createdAt', m.created_at, 'updatedAt', m.updated_at
    ) ORDER BY m.member_id COLLATE "C") FROM image_members m WHERE m.image_id = i.id) AS members
  FROM images i WHERE i.deleted_at IS NULL ORDER BY i.created_at, i.id`;

const ROWS_AT_A_TIME = 500;

/**
 * Writes the live catalog as image documents, one per line, oldest first: all of one moment, whatever is
 * written meanwhile. Holds a few hundred images in memory. Equal catalogs give equal bytes.
 */
export class DumpImages {
  constructor(private readonly client: pg.Client) {}

  /**
   * @param announce is told how many images will come, before the first
   * @returns lines with their ends, some hundred at a time
   */
  async *execute(announce?: (images: number) => void): AsyncGenerator<readonly string[], void> {
    await this.client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    try {
      if (announce !== undefined) announce(await this.count());
      yield* this.lines();
    } finally {
      await this.client.query('ROLLBACK');
    }
  }

  private async count(): Promise<number> {
    const { rows } = await this.client.query<{ images: number }>(
      'SELECT count(*)::integer AS images FROM images WHERE deleted_at IS NULL',
    );
    return rows[0]?.images ?? 0;
  }

  private async *lines(): AsyncGenerator<readonly string[], void> {
    const options = { batchSize: ROWS_AT_A_TIME, highWaterMark: ROWS_AT_A_TIME };
    const rows = this.client.query(new QueryStream(LIVE_IMAGES, [], options));
    let lines: string[] = [];
    for await (const row of rows as AsyncIterable<DumpedRow>) {
      lines.push(printRow(row));
      if (lines.length < ROWS_AT_A_TIME) continue;
      yield lines;
      lines = [];
    }
    yield lines;
  }
}

function printRow(row: DumpedRow): string {
  const members = (row.members ?? []).map((member) => ({
    ...member,
    createdAt: new Date(member.createdAt),
    updatedAt: new Date(member.updatedAt),
  }));
  return `${printImageDocument(toImage(row).attributes, members)}\n`;
}
