import type { FastifyReply, FastifyRequest } from 'fastify';
import { routeOf, type RequestEnd, type RequestObserver } from '../request-observer.js';
import type { Histogram, HistogramSeries } from './histogram.js';
import type { Metrics } from './metrics.js';
import type { Reading } from './reading.js';

type Labels = Readonly<Record<'dialect' | 'method' | 'route', string>>;

/** Of one method of one route. */
interface RouteFigures {
  readonly labels: Labels;
  inFlight: number;
  /** By the first digit of the status; 0 are those whose client did not get the answer. */
  readonly durations: (HistogramSeries | undefined)[];
}

const INTERRUPTED = 0;
const STATUS_CLASSES = ['interrupted', '1xx', '2xx', '3xx', '4xx', '5xx'];
const UNMATCHED = 'unmatched';

/** Counts and times requests by dialect, method and pattern of the route: as many series as the API has operations. */
export class HttpMetrics implements RequestObserver {
  private readonly durations: Histogram;
  private readonly byRoute = new Map<string, Map<string, RouteFigures>>();
  private readonly all: RouteFigures[] = [];
  private shed = 0;

  /** @param describe a route belongs to one dialect, so this is asked once for each */
  constructor(
    metrics: Metrics,
    private readonly describe: (
      request: FastifyRequest,
      route: string,
    ) => Readonly<Record<'dialect' | 'route', string>>,
  ) {
    this.durations = metrics.histogram(
      'catalog_http_request_duration_seconds',
      'Time from the head of a request to the end of its answer.',
    );
    metrics.gauge(
      { name: 'catalog_http_requests_in_flight', help: 'Requests that are being answered.' },
      () => this.inFlight(),
    );
    metrics.counter(
      {
        name: 'catalog_http_requests_shed_total',
        help: 'Requests refused at once because as many wait for the database, or came at the same time, as can be answered in time.',
      },
      () => [{ value: this.shed }],
    );
  }

  started(request: FastifyRequest): void {
    this.figuresOf(request, routeOf(request)).inFlight += 1;
  }

  ended(request: FastifyRequest, { statusCode }: FastifyReply, end: RequestEnd): void {
    const figures = this.figuresOf(request, end.route);
    figures.inFlight -= 1;
    const kind = end.isInterrupted ? INTERRUPTED : Math.trunc(statusCode / 100);
    this.durationsOf(figures, kind).observe(end.seconds);
  }

  countShed(): void {
    this.shed += 1;
  }

  private figuresOf(request: FastifyRequest, route: string | null): RouteFigures {
    const url = route ?? UNMATCHED;
    return this.byRoute.get(url)?.get(request.method) ?? this.addRoute(request, url);
  }

  private addRoute(request: FastifyRequest, route: string): RouteFigures {
    const { method } = request;
    const labels = { ...this.describe(request, route), method };
    const figures = { labels, inFlight: 0, durations: [] };
    const methods = this.byRoute.get(route) ?? new Map<string, RouteFigures>();
    this.byRoute.set(route, methods.set(method, figures));
    this.all.push(figures);
    return figures;
  }

  private durationsOf({ durations, labels }: RouteFigures, kind: number): HistogramSeries {
    return (durations[kind] ??= this.durations.series({
      ...labels,
      status: STATUS_CLASSES[kind] ?? 'other',
    }));
  }

  private inFlight(): Reading[] {
    return this.all.map(({ labels, inFlight: value }) => ({ labels, value }));
  }
}
