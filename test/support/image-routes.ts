import { randomUUID } from 'node:crypto';
import { RouteTable } from '../../src/api/http/route-table.js';
import type { Method } from './app.js';
import type { ImageApi } from './image-api.js';

/** One operation as it is declared: a method and a path with parameters. */
export interface Operation {
  readonly method: Method;
  readonly url: string;
}

/** Every operation of the Image API, and of the service's own additions to it, that the application registers. */
export function imageOperations(api: ImageApi): Operation[] {
  return routes(api).flatMap(({ url, methods }) =>
    methods.map((method) => ({ method: method as Method, url })),
  );
}

export function routes({ app }: ImageApi): { url: string; methods: string[] }[] {
  const table = app.app.get(RouteTable);
  return table.list().filter(({ url }) => /^\/(v2|catalog)\//.test(url));
}

/** A path for a declared one: each parameter becomes what is given for it, or something that does not exist. */
export function pathOf(url: string, values: Readonly<Record<string, string>> = {}): string {
  return url.replaceAll(/:([A-Za-z_]+)/g, (_match, name: string) => values[name] ?? unknown(name));
}

const unknown = (name: string): string => (name.endsWith('_id') ? randomUUID() : 'unknown');
