import { Inject, Injectable } from '@nestjs/common';
import { BaseUrls, type OriginSource } from '../../api/http/base-urls.js';
import { formatQuery, parseQuery } from '../../api/http/query-string.js';
import type { Page } from '../../kernel/page.js';

export interface PresentedRequest extends OriginSource {
  readonly originalUrl: string;
}

/** Writes one entity; `base` is the address that its links begin with, up to `/v3`. */
export type Represent<T> = (entity: T, base: string) => object;

/** Puts entities into the envelopes of the Identity API (identity B7), with absolute links. */
@Injectable()
export class Presenter {
  constructor(@Inject(BaseUrls) private readonly baseUrls: BaseUrls) {}

  one<T>(key: string, entity: T, represent: Represent<T>, request: PresentedRequest): object {
    return { [key]: represent(entity, this.baseUrls.identity(request)) };
  }

  /** `truncated` tells clients that know no links that there is more. */
  many<T extends { readonly id: string }>(
    key: string,
    page: Page<T>,
    represent: Represent<T>,
    request: PresentedRequest,
  ): object {
    const base = this.baseUrls.identity(request);
    const next = this.next(page, request);
    return {
      [key]: page.items.map((entity) => represent(entity, base)),
      links: { next, self: this.self(request), previous: null },
      ...(next !== null && { truncated: true }),
    };
  }

  /** The address of the request itself. */
  self(request: PresentedRequest): string {
    return `${this.baseUrls.origin(request)}${request.originalUrl}`;
  }

  private next({ items, isFull }: Page<{ id: string }>, request: PresentedRequest): string | null {
    const last = items.at(-1);
    if (!isFull || last === undefined) return null;
    const [path = ''] = request.originalUrl.split('?', 1);
    const others = parseQuery(request.originalUrl).filter(([name]) => name !== 'marker');
    return `${this.baseUrls.origin(request)}${path}${formatQuery([...others, ['marker', last.id]])}`;
  }
}
