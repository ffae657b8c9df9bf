import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import { errorFields } from './error-fields.js';
import { pretty } from './pretty.js';
import { activeSpan } from './tracing/active-span.js';

export interface LogOptions {
  readonly level: string;
  /** `auto`: for people when standard output is a terminal, JSON lines otherwise. */
  readonly format: 'auto' | 'json' | 'pretty';
}

type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** Creates the one logger. Nothing that is handed to it may hold a token, a password or image data. */
export function createLogger({ level, format }: LogOptions): Logger {
  const isPretty = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  const options = { level, serializers: { err: errorFields }, mixin: traceFields };
  return isPretty ? pino(options, { write: printPretty }) : pino(options);
}

/** What is logged while something is traced can be found from there, and the other way round. */
function traceFields(): object {
  const span = activeSpan();
  return span === undefined ? {} : { traceId: span.traceId };
}

function printPretty(line: string): void {
  process.stdout.write(pretty(line));
}

/** Contexts under which Nest tells how it starts: of interest when something is wrong with that. */
const FRAMEWORK_CONTEXTS = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** What Nest and the features log through `Logger`, written by pino. */
export class PinoLoggerService implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...context: unknown[]): void {
    const isFramework = FRAMEWORK_CONTEXTS.has(String(context.at(-1)));
    this.write(isFramework ? 'debug' : 'info', message, context);
  }

  warn(message: unknown, ...context: unknown[]): void {
    this.write('warn', message, context);
  }

  error(message: unknown, ...context: unknown[]): void {
    this.write('error', message, context);
  }

  debug(message: unknown, ...context: unknown[]): void {
    this.write('debug', message, context);
  }

  verbose(message: unknown, ...context: unknown[]): void {
    this.write('trace', message, context);
  }

  fatal(message: unknown, ...context: unknown[]): void {
    this.write('fatal', message, context);
  }

  /** Nest hands over the context last, and for errors a stack before it. */
  private write(level: LogLevel, message: unknown, rest: readonly unknown[]): void {
    const context = rest.at(-1);
    const fields = typeof message === 'object' && message !== null ? message : { msg: message };
    this.logger[level]({ context, ...fields });
  }
}
