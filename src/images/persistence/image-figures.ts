import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Figures } from '../../platform/observability/metrics/figures.js';
import { Metrics } from '../../platform/observability/metrics/metrics.js';
import type { Reading } from '../../platform/observability/metrics/reading.js';

/** Whoever scrapes more often gets what is known. */
const MAX_AGE_MS = 10_000;
/** More than this is told as this: that many is bad enough, and counting them all would make it worse. */
const MOST_COUNTED = 100_000;

interface Row {
  readonly images: readonly { status: string; images: number; bytes: number }[];
  readonly tasks: readonly { status: string; tasks: number; oldest: number }[];
  readonly uploads: number;
  readonly removals: number;
}

/** Reads sums that triggers keep and queues by their indexes, never the images themselves. */
const READ_FIGURES = `SELECT
  (SELECT coalesce(json_agg(f), '[]') FROM (SELECT status, sum(images)::double precision AS images,
      sum(bytes)::double precision AS bytes FROM image_figures GROUP BY status) f) AS images,
  (SELECT coalesce(json_agg(t), '[]') FROM (SELECT status, count(*) AS tasks,
      extract(epoch FROM now() - min(created_at)) AS oldest
      FROM image_tasks WHERE status IN ('pending', 'processing') GROUP BY status) t) AS tasks,
  (SELECT count(*)::integer FROM image_uploads) AS uploads,
  (SELECT count(*)::integer FROM (SELECT FROM image_data_removals LIMIT ${MOST_COUNTED}) r) AS removals`;

const TASK_STATES = { pending: 'queued', processing: 'running' } as const;

/** What the catalog holds and what waits in it. The same for all replicas, as the database sees it. */
@Injectable()
export class ImageFigures {
  private readonly figures: Figures<Row>;

  constructor(@Inject(Metrics) metrics: Metrics, @Inject(Database) database: Database) {
    this.figures = new Figures(async () => {
      const [row] = await database.read<Row>({
        name: 'image-figures',
        text: READ_FIGURES,
        values: [],
      });
      if (row === undefined) throw new Error('A select without FROM has one row.');
      return row;
    }, MAX_AGE_MS);
    this.tellImages(metrics);
    this.tellTasks(metrics);
    this.tellData(metrics);
  }

  private tellImages(metrics: Metrics): void {
    const of = (figure: 'images' | 'bytes') => (row: Row) =>
      row.images.map((status) => ({ labels: { status: status.status }, value: status[figure] }));
    this.tell(metrics, 'catalog_images', 'Images that are not deleted.', of('images'));
    this.tell(metrics, 'catalog_image_bytes', 'Bytes of images that are not deleted.', of('bytes'));
  }

  private tellTasks(metrics: Metrics): void {
    const of = (figure: 'tasks' | 'oldest') => (row: Row) =>
      Object.entries(TASK_STATES).map(([status, state]) => ({
        labels: { state },
        value: row.tasks.find((task) => task.status === status)?.[figure] ?? 0,
      }));
    this.tell(metrics, 'catalog_tasks', 'Unfinished tasks.', of('tasks'));
    const oldest = 'Seconds since the oldest unfinished task was made; 0 without any.';
    this.tell(metrics, 'catalog_task_oldest_age_seconds', oldest, of('oldest'));
  }

  private tellData(metrics: Metrics): void {
    const uploads = 'Uploads and stagings that hold a lease, of all replicas.';
    this.tell(metrics, 'catalog_uploads_leased', uploads, (row) => [{ value: row.uploads }]);
    const removals = `Pieces of data that wait to be removed from their store, at most ${MOST_COUNTED}.`;
    this.tell(metrics, 'catalog_data_removals_pending', removals, (row) => [
      { value: row.removals },
    ]);
    const reachable = '1 when the figures of the database could be read, else 0.';
    metrics.gauge(
      { name: 'catalog_database_up', help: reachable, aggregation: 'first' },
      async () => [{ value: (await this.figures.get()) === null ? 0 : 1 }],
    );
  }

  private tell(
    metrics: Metrics,
    name: string,
    help: string,
    readings: (row: Row) => readonly Reading[],
  ): void {
    metrics.gauge({ name, help, aggregation: 'first' }, async () => {
      const row = await this.figures.get();
      return row === null ? [] : readings(row);
    });
  }
}
