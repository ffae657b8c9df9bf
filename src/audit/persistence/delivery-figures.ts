import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Figures } from '../../platform/observability/metrics/figures.js';
import { Metrics } from '../../platform/observability/metrics/metrics.js';

const MAX_AGE_MS = 10_000;
/** More than this, of all webhooks together, is told as this. */
const MOST_COUNTED = 100_000;

interface Row {
  readonly webhook_id: string;
  readonly behind: number;
  readonly pending: number;
  readonly dead: number;
}

/** The oldest deliveries, for these are what is wrong; ids have gaps, so `behind` is a bound. */
const READ_FIGURES = `WITH counted AS (
    SELECT webhook_id, count(*) FILTER (WHERE state = 'pending') AS pending, count(*) FILTER (WHERE state = 'dead') AS dead
    FROM (SELECT webhook_id, state FROM webhook_deliveries LIMIT ${MOST_COUNTED}) d GROUP BY webhook_id)
  SELECT c.webhook_id, coalesce(n.pending, 0)::integer AS pending, coalesce(n.dead, 0)::integer AS dead,
    greatest(coalesce((SELECT max(id) FROM audit_records), 0) - c.position, 0)::double precision AS behind
  FROM webhook_cursors c LEFT JOIN counted n USING (webhook_id)`;

/** How far the events have come on their way out. The same for all replicas. */
@Injectable()
export class DeliveryFigures {
  constructor(@Inject(Metrics) metrics: Metrics, @Inject(Database) database: Database) {
    const figures = new Figures(
      () => database.read<Row>({ name: 'delivery-figures', text: READ_FIGURES, values: [] }),
      MAX_AGE_MS,
    );
    const tell = (name: string, help: string, figure: 'behind' | 'pending' | 'dead'): void => {
      metrics.gauge({ name, help, aggregation: 'first' }, async () => {
        const rows = (await figures.get()) ?? [];
        return rows.map((row) => ({ labels: { webhook: row.webhook_id }, value: row[figure] }));
      });
    };
    const behind = 'Events that are not queued for the webhook yet; a few may never be for it.';
    tell('catalog_webhook_events_behind', behind, 'behind');
    tell('catalog_webhook_deliveries_pending', 'Events on their way to the webhook.', 'pending');
    tell('catalog_webhook_dead_letters', 'Events that the webhook did not take.', 'dead');
  }
}
