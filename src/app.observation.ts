import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { mountOf } from './api/http/mount.js';
import { readablePattern } from './api/http/route-table.js';
import { originOf } from './auth/request-principal.js';
import type { Config } from './platform/config/config.js';
import type { Database } from './platform/database/database.js';
import { SpareMemory } from './platform/lifecycle/spare-memory.js';
import { measureDatabase } from './platform/observability/metrics/database-metrics.js';
import { HttpMetrics } from './platform/observability/metrics/http-metrics.js';
import { Metrics } from './platform/observability/metrics/metrics.js';
import { measureTraces } from './platform/observability/metrics/trace-metrics.js';
import { RecentRequests } from './platform/observability/recent-requests.js';
import { RefusalLog } from './platform/observability/refusal-log.js';
import { RequestLog } from './platform/observability/request-log.js';
import { observeRequests } from './platform/observability/request-observer.js';
import type { Attributes, Tracing } from './platform/observability/tracing/span.js';
import { RequestTraces, traceIdOf } from './platform/observability/tracing/trace-requests.js';
import { traceStatements } from './platform/observability/tracing/trace-statements.js';

/** What the rest tells those who watch. */
export interface Observation {
  readonly recent: RecentRequests;
  countShed(): void;
}

interface Observed {
  readonly config: Config;
  readonly database: Database;
  readonly logger: Logger;
  readonly tracing: Tracing | null;
}

/** Lets logs, and metrics and traces if they are asked for, see every request. Call before any other hook is added. */
export function observeApp(
  app: NestFastifyApplication,
  { config, database, logger, tracing }: Observed,
): Observation {
  const http = config.metrics === null ? null : measure(app.get(Metrics), { database, tracing });
  const traces = tracing === null ? null : trace(tracing, database);
  const log = new RequestLog(logger, (request) =>
    logger.isLevelEnabled('debug')
      ? { ...logFieldsOf(request), ...tokenFields(request) }
      : logFieldsOf(request),
  );
  const recent = new RecentRequests();
  const fastify = app.getHttpAdapter().getInstance();
  observeRequests(
    fastify,
    [recent, log, http, traces, spareMemory(fastify)].filter((observer) => observer !== null),
  );
  traces?.enter(fastify);
  const refusals = new RefusalLog(logger);
  return {
    recent,
    countShed: () => {
      http?.countShed();
      refusals.count();
    },
  };
}

function spareMemory(fastify: FastifyInstance): SpareMemory {
  const memory = new SpareMemory();
  const stop = memory.watch();
  fastify.addHook('onClose', (_instance, done) => {
    stop();
    done();
  });
  return memory;
}

function measure(
  metrics: Metrics,
  { database, tracing }: Pick<Observed, 'database' | 'tracing'>,
): HttpMetrics {
  metrics.measureProcess();
  measureDatabase(metrics, database);
  if (tracing !== null) measureTraces(metrics, tracing);
  return new HttpMetrics(metrics, ({ raw }, route) => ({
    dialect: mountOf(raw).dialect,
    route: readablePattern(route),
  }));
}

function trace(tracing: Tracing, database: Database): RequestTraces {
  traceStatements(database);
  return new RequestTraces(tracing, traceFieldsOf, readablePattern);
}

function logFieldsOf(request: FastifyRequest): object {
  const { tenantId, userId } = originOf(request);
  const { dialect } = mountOf(request.raw);
  const path = pathOf(request);
  const traceId = traceIdOf(request);
  return {
    dialect,
    tenant: tenantId,
    user: userId,
    ...(path !== null && { path }),
    ...(traceId !== undefined && { traceId }),
  };
}

function traceFieldsOf(request: FastifyRequest): Attributes {
  return {
    'url.path': pathOf(request) ?? undefined,
    'catalog.request.id': request.id,
    'catalog.dialect': mountOf(request.raw).dialect,
    'catalog.tenant.id': originOf(request).tenantId ?? undefined,
  };
}

/** Without the query. A legacy path of the identity holds a token: no path of that dialect is told (S-11). */
function pathOf({ raw, originalUrl }: FastifyRequest): string | null {
  return mountOf(raw).dialect === 'identity' ? null : (originalUrl.split('?', 1)[0] ?? null);
}

/** Tells calls with one token from those with another, and nothing else about it. */
function tokenFields({ headers }: FastifyRequest): object {
  const token = headers['x-auth-token'];
  if (typeof token !== 'string') return {};
  return { token: createHash('sha256').update(token).digest('hex').slice(0, TOKEN_HASH_DIGITS) };
}

const TOKEN_HASH_DIGITS = 12;
