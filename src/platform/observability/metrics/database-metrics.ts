import type { Database } from '../../database/database.js';
import type { Metrics } from './metrics.js';

const STATES = ['active', 'idle'] as const;

/** How busy the connections are, and who waits for one. */
export function measureDatabase(metrics: Metrics, database: Database): void {
  measureStatements(metrics, database);
  measurePool(metrics, database);
  measureReplicas(metrics, database);
}

function measureStatements(metrics: Metrics, database: Database): void {
  const durations = metrics.histogram(
    'catalog_database_statement_duration_seconds',
    'Time of a statement on its connection, without the wait for one.',
  );
  const ok = durations.series({ outcome: 'ok' });
  const failed = durations.series({ outcome: 'failed' });
  database.observe(() => {
    const start = performance.now();
    return (error) => {
      (error === undefined ? ok : failed).observe((performance.now() - start) / 1000);
    };
  });
}

function measurePool(metrics: Metrics, { pool }: Database): void {
  const connections = {
    active: () => pool.totalCount - pool.idleCount,
    idle: () => pool.idleCount,
  };
  metrics.gauge(
    { name: 'catalog_database_connections', help: 'Open connections to the database.' },
    () => STATES.map((state) => ({ labels: { state }, value: connections[state]() })),
  );
  metrics.gauge(
    { name: 'catalog_database_connections_max', help: 'Connections that may be open.' },
    () => [{ value: pool.options.max }],
  );
  metrics.gauge({ name: 'catalog_database_waiting', help: 'Who waits for a connection.' }, () => [
    { value: pool.waitingCount },
  ]);
  metrics.counter(
    {
      name: 'catalog_database_refused_total',
      help: 'Refused a connection because too many waited.',
    },
    () => [{ value: pool.refusedCount }],
  );
}

function measureReplicas(metrics: Metrics, { replicas }: Database): void {
  if (replicas === null) return;
  metrics.counter(
    {
      name: 'catalog_database_replica_reads_total',
      help: 'Reads that may go to a replica, by who answered them.',
    },
    () => Object.entries(replicas.counts).map(([server, value]) => ({ labels: { server }, value })),
  );
}
