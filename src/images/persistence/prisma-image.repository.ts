import type { Page } from '../../kernel/page.js';
import { UniqueViolation } from '../../platform/database/database-errors.js';
import type { Database } from '../../platform/database/database.js';
import { SnapshotCache } from '../../platform/database/snapshot-cache.js';
import { ImageRepository, type ImageMarker } from '../application/ports/image.repository.js';
import type { ImageScope } from '../domain/image-access.js';
import { DuplicateImageId, ImageCountExceeded } from '../domain/image.errors.js';
import type { ImageListQuery } from '../domain/image-list.js';
import type { Image } from '../domain/image.js';
import { addStatement } from './image-add.sql.js';
import { ImagePages } from './image-pages.js';
import { bytesOfImage, bytesOfPage } from './known-pages.js';
import { IMAGE_COLUMNS, toImage, type ImageRow } from './image.record.js';
import { removeStatement } from './image-remove.sql.js';
import { replaceStatement } from './image-replace.sql.js';
import { scopeCondition } from './image-scope.sql.js';
import { SqlParameters } from './sql-parameters.js';

/** {@link ImageRepository} on PostgreSQL, mostly by prepared statements. */
export class PrismaImageRepository extends ImageRepository {
  private readonly pages: ImagePages;
  private readonly unchangedPages: SnapshotCache<Page<Image>>;
  private readonly unchangedImages: SnapshotCache<Image>;

  /** @param cacheBytes memory for images that were read, about; 0: every read is made anew */
  constructor(
    private readonly database: Database,
    cacheBytes: number,
  ) {
    super();
    const part = Math.floor(cacheBytes / 3);
    const snapshot = (): Promise<string | null> => database.snapshot();
    this.pages = new ImagePages(database, part);
    this.unchangedPages = new SnapshotCache(snapshot, part, ({ items }) => bytesOfPage(items));
    this.unchangedImages = new SnapshotCache(snapshot, part, bytesOfImage);
  }

  find(id: string, scope: ImageScope): Promise<Image | null> {
    const key = `${id} ${JSON.stringify(scope)}`;
    return this.unchangedImages.read(key, () => this.findAnew(id, scope));
  }

  private async findAnew(id: string, scope: ImageScope): Promise<Image | null> {
    const parameters = new SqlParameters();
    const where = `i.id = ${parameters.bind(id, 'uuid')} AND i.deleted_at IS NULL`;
    const condition = scopeCondition(scope, parameters);
    const text = `SELECT ${IMAGE_COLUMNS} FROM images i WHERE ${where} AND ${condition}`;
    const name = `find-image-${scope === 'everything' ? 'any' : scope.length}`;
    const { values } = parameters;
    const row = await this.database.readByKey<ImageRow>({ name, text, values, jsonAsText: true });
    return row === null ? null : toImage(row);
  }

  async knownWithin(ids: readonly string[], scope: ImageScope): Promise<ReadonlySet<string>> {
    const parameters = new SqlParameters();
    const where = `i.id = ANY (${parameters.bind(ids, 'uuid[]')}) AND i.status <> 'purged'`;
    const text = `SELECT i.id FROM images i WHERE ${where} AND ${scopeCondition(scope, parameters)}`;
    const name = `known-images-${scope === 'everything' ? 'any' : scope.length}`;
    const rows = await this.database.read<{ id: string }>({
      name,
      text,
      values: parameters.values,
    });
    return new Set(rows.map(({ id }) => id));
  }

  list(
    query: ImageListQuery,
    scope: ImageScope,
    marker: ImageMarker | null,
  ): Promise<Page<Image> | null> {
    const key = keyOfPage(query, scope, marker);
    return this.unchangedPages.read(key, () => this.listAnew(query, scope, marker));
  }

  private async listAnew(
    query: ImageListQuery,
    scope: ImageScope,
    marker: ImageMarker | null,
  ): Promise<Page<Image> | null> {
    const after = marker && (await this.findAnew(marker.id, marker.scope));
    if (after === null && marker !== null) return null;
    const isNothing = scope !== 'everything' && scope.length === 0;
    if (query.limit === 0 || isNothing) return { items: [], isFull: false };
    if (query.filters.some(({ kind }) => kind === 'nothing')) return { items: [], isFull: false };
    const items = await this.pages.read({ query, scope, after: after?.attributes ?? null });
    return { items, isFull: items.length === query.limit };
  }

  async add(image: Image, countQuota: number): Promise<void> {
    try {
      const added = await this.database.executeGrouped(addStatement(image.attributes, countQuota));
      if (added.length === 0) throw new ImageCountExceeded();
    } catch (error) {
      if (error instanceof UniqueViolation) throw new DuplicateImageId(image.attributes.id);
      throw error;
    }
  }

  async replace(before: Image, after: Image): Promise<boolean> {
    const statement = replaceStatement(before.attributes, after.attributes);
    return (await this.database.executeGrouped(statement)).length === 1;
  }

  async remove(image: Image, now: Date): Promise<boolean> {
    const statement = removeStatement(image.attributes, now);
    return (await this.database.execute(statement)).length === 1;
  }
}

/** Numbers of filters are bigint, which JSON has not. */
const keyOfPage = (
  { filters, sort, tieBreak, withKilled, limit }: ImageListQuery,
  scope: ImageScope,
  marker: ImageMarker | null,
): string => {
  const wanted = filters.map((filter) =>
    filter.kind === 'number' ? [filter.field, `${filter.from}`, `${filter.to}`] : filter,
  );
  return JSON.stringify([wanted, sort, tieBreak, withKilled, limit, scope, marker]);
};
