import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions, FastifyInstance } from 'fastify';
import type { Server } from 'node:http';
import { echoMicroversion } from './api/compute-v2.1/microversion.guard.js';
import { ErrorFilter } from './api/error.filter.js';
import { answerBrokenRequest } from './api/http/broken-request.js';
import { corsOptions } from './api/http/cors.js';
import { Challenges } from './api/http/challenges.js';
import { cutUnreadBody, deferContinue } from './api/http/expect-continue.js';
import { tolerateMediaType } from './api/http/media-type.js';
import { rewriteToMount } from './api/http/mount.js';
import { refuseOversizedHead } from './api/http/request-bounds.js';
import { marksOf, requestIdFrom } from './api/http/request-id.js';
import { securityHeaders } from './api/http/security-headers.js';
import { RouteTable } from './api/http/route-table.js';
import { shedLoad } from './api/shed-load.js';
import { limitAddresses } from './api/rate-limits/limit-addresses.js';
import { RateLimits } from './api/rate-limits/rate-limits.js';
import { lateOriginOf } from './auth/request-principal.js';
import { AppModule } from './app.module.js';
import { observeApp } from './app.observation.js';
import type { Config } from './platform/config/config.js';
import { withOrigin } from './platform/database/change-origin.js';
import { readTlsIdentity } from './platform/config/tls-settings.js';
import type { Database } from './platform/database/database.js';
import { TLS_VERSIONS } from './platform/lifecycle/renew-certificate.js';
import { Readiness } from './platform/health/readiness.js';
import { PinoLoggerService, createLogger } from './platform/observability/logger.js';
import type { Tracing } from './platform/observability/tracing/span.js';
import { serveDocs } from './platform/openapi/openapi.js';

const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than proxies keep idle connections, so that none sends a request on one that is just being closed. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
const MAX_PATH_SEGMENT = 1024;

/** Builds the application exactly as it runs, for `main.ts` and for the tests; the caller listens. */
export async function createApp(
  config: Config,
  database: Database,
  tracing: Tracing | null,
): Promise<NestFastifyApplication> {
  const logger = createLogger(config.log);
  const adapter = new FastifyAdapter(serverOptions(config));
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(config, database, tracing),
    adapter,
    { bodyParser: false, logger: new PinoLoggerService(logger), abortOnError: false },
  );
  const observation = observeApp(app, { config, database, logger, tracing });
  prepareFastify(adapter.getInstance(), app.get(RouteTable), config);
  closeWhenStopping(adapter.getInstance(), app.get(Readiness));
  shedLoad(adapter.getInstance(), {
    isBusy: (waiting) =>
      database.isBusy || observation.recent.count + waiting >= config.http.queueSize,
    onRefused: () => {
      observation.countShed();
    },
    isEncrypted: isEncrypted(config),
    // Of another origin, or while the service is being stopped.
    isSpecial: ({ headers }) => headers.origin !== undefined || app.get(Readiness).isStopping,
  });
  limitAddresses(adapter.getInstance(), app.get(RateLimits));
  if (config.http.corsOrigins.length > 0) app.enableCors(corsOptions(config.http.corsOrigins));
  if (config.http.docs) serveDocs(app);
  return app;
}

function serverOptions(config: Config): FastifyHttpOptions<Server> {
  const errors = new ErrorFilter(new Challenges(config));
  const { trustedProxies } = config.http;
  return {
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: MAX_PATH_SEGMENT },
    rewriteUrl: rewriteToMount,
    genReqId: (request) => requestIdFrom(request.headers),
    // Paths that cannot be decoded fail before any hook runs.
    frameworkErrors: (error, request, reply) => {
      void reply.headers(marksOf(request.raw, request.id));
      void reply.headers(securityHeaders(request.url, isEncrypted(config)));
      errors.reply(error, request, reply);
    },
    clientErrorHandler: answerBrokenRequest,
    exposeHeadRoutes: false,
    requestTimeout: 0,
    forceCloseConnections: 'idle',
    // What still comes while the service is being stopped is served, and its connection closed.
    return503OnClosing: false,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    ...protocolOptions(config),
  };
}

function protocolOptions({ http: { tls } }: Config): object {
  const http = { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_TIMEOUT_MS };
  return tls === null ? { http } : { https: { ...http, ...TLS_VERSIONS, ...readTlsIdentity(tls) } };
}

function prepareFastify(fastify: FastifyInstance, routes: RouteTable, config: Config): void {
  const mustEncrypt = isEncrypted(config);
  fastify.addHook('onRoute', ({ url, method }) => {
    routes.add(url, method);
  });
  // Bodies stay unread until the guards have judged the caller: `@JsonBody()` and `@BodyStream()` read them.
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => {
    done(null);
  });
  deferContinue(fastify.server);
  fastify.addHook('onResponse', (request, _reply, done) => {
    cutUnreadBody(request.raw);
    done();
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(marksOf(request.raw, request.id));
    void reply.headers(securityHeaders(request.url, mustEncrypt));
    tolerateMediaType(request);
    echoMicroversion(request, reply, config.compute.maxMicroversion);
    refuseOversizedHead(request.originalUrl, request.raw);
    withOrigin(lateOriginOf(request), done);
  });
}

/** Encryption is a matter of the proxy; whether there is any shows in the address that clients are told. */
const isEncrypted = ({ links }: Config): boolean => links.publicUrl?.startsWith('https:') ?? false;
/** A proxy that is told so takes its next request elsewhere, before this process stops to accept. */
function closeWhenStopping(fastify: FastifyInstance, readiness: Readiness): void {
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (readiness.isStopping) reply.header('connection', 'close');
    done();
  });
}
