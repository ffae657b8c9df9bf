import { Injectable } from '@nestjs/common';

interface Route {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** Which methods each path takes, learnt from the router itself while routes are registered. */
@Injectable()
export class RouteTable {
  private readonly routesByUrl = new Map<string, Route>();

  /** Called for every route; catch-all routes are no routes in this sense. */
  add(url: string, methods: string | readonly string[]): void {
    if (url.includes('*')) return;
    const route = this.routesByUrl.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const method of [methods].flat()) route.methods.add(method);
    this.routesByUrl.set(url, route);
  }

  /** The methods for a path as `Allow` lists them; empty when no route has the path. */
  methodsFor(url: string): string[] {
    const path = url.split('?', 1)[0] ?? '';
    const methods = [...this.routesByUrl.values()]
      .filter((route) => route.pattern.test(path))
      .flatMap((route) => [...route.methods]);
    return [...new Set(methods)].sort();
  }

  /** All declared paths with their methods, for documentation and tests. */
  list(): { url: string; methods: string[] }[] {
    return [...this.routesByUrl].map(([url, { methods }]) => ({
      url: readablePattern(url),
      methods: [...methods],
    }));
  }
}

/** `:name`, or `:name(^pattern$)` for a parameter that does not match just any segment. */
const PARAMETER = /:([A-Za-z_]+)(?:\(\^(.+?)\$\))?/g;

/** A pattern without what its parameters have to match. */
export const readablePattern = (url: string): string => url.replaceAll(PARAMETER, ':$1');

function patternOf(url: string): RegExp {
  const source: string[] = [];
  let end = 0;
  for (const match of url.matchAll(PARAMETER)) {
    source.push(literal(url.slice(end, match.index)), match[2] ?? '[^/]+');
    end = match.index + match[0].length;
  }
  return new RegExp(`^${source.join('')}${literal(url.slice(end))}$`);
}

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
