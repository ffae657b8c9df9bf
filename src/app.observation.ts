import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { mountOf } from './api/http/mount.js';
import { readablePattern } from './api/http/route-table.js';
import { originOf } from './auth/request-principal.js';
import type { Config } from './platform/config/config.js';
import type { Database } from './platform/database/database.js';
import { measureDatabase } from './platform/observability/metrics/database-metrics.js';
import { HttpMetrics } from './platform/observability/metrics/http-metrics.js';
import { Metrics } from './platform/observability/metrics/metrics.js';
import { RequestLog } from './platform/observability/request-log.js';
import { observeRequests } from './platform/observability/request-observer.js';

/** What the rest tells those who watch. */
export interface Observation {
  countShed(): void;
}

/** Lets logs, and metrics if they are asked for, see every request. Call before any other hook is added. */
export function observeApp(
  app: NestFastifyApplication,
  { config, database, logger }: { config: Config; database: Database; logger: Logger },
): Observation {
  const http = config.metrics === null ? null : measure(app.get(Metrics), database);
  const log = new RequestLog(logger, (request) =>
    logger.isLevelEnabled('debug')
      ? { ...logFieldsOf(request), ...tokenFields(request) }
      : logFieldsOf(request),
  );
  const fastify = app.getHttpAdapter().getInstance();
  observeRequests(fastify, http === null ? [log] : [log, http]);
  return {
    countShed: () => {
      http?.countShed();
    },
  };
}

function measure(metrics: Metrics, database: Database): HttpMetrics {
  metrics.measureProcess();
  measureDatabase(metrics, database);
  return new HttpMetrics(metrics, ({ raw }, route) => ({
    dialect: mountOf(raw).dialect,
    route: readablePattern(route),
  }));
}

/** A legacy path of the identity holds a token; no path of that dialect is ever logged (S-11). */
function logFieldsOf(request: FastifyRequest): object {
  const { tenantId, userId } = originOf(request);
  const { dialect } = mountOf(request.raw);
  const fields = { dialect, tenant: tenantId, user: userId };
  return dialect === 'identity'
    ? fields
    : { ...fields, path: request.originalUrl.split('?', 1)[0] };
}

/** Tells calls with one token from those with another, and nothing else about it. */
function tokenFields({ headers }: FastifyRequest): object {
  const token = headers['x-auth-token'];
  if (typeof token !== 'string') return {};
  return { token: createHash('sha256').update(token).digest('hex').slice(0, TOKEN_HASH_DIGITS) };
}

const TOKEN_HASH_DIGITS = 12;
