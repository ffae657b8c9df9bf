import type { QueryParameters } from '../../api/http/query-string.js';
import { InvalidRequest, quote } from '../../kernel/errors.js';
import type { ListRequest } from '../application/list-request.js';

/** Clients of the Identity API do not follow `next` links, so a page is as large as it may be (S-69). */
const MAX_PAGE = 1000;
const MAX_TEXT = 255;

/** Reads the filters and the paging of a list. Parameters that nobody asks for are ignored. */
export class ListQuery {
  constructor(private readonly parameters: QueryParameters) {}

  /** @throws InvalidRequest when it is longer than any name or id */
  text(name: string): string | undefined {
    const value = this.parameters.find(([key]) => key === name)?.[1];
    if (value !== undefined && value.length > MAX_TEXT) {
      throw new InvalidRequest(`The parameter ${quote(name)} is too long.`);
    }
    return value;
  }

  /** Keystone: `?enabled` and `?enabled=x` mean true; `0`, `false`, `no`, `off`, in any case, mean false. */
  flag(name: string): boolean | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : !/^(0|f|false|n|no|off)$/i.test(value);
  }

  /** @throws InvalidRequest for a limit that is no positive whole number */
  page(): ListRequest {
    const limit = this.text('limit');
    if (limit !== undefined && !/^0*[1-9]\d*$/.test(limit)) {
      throw new InvalidRequest(`The limit ${quote(limit)} is not a positive whole number.`);
    }
    return {
      limit: Math.min(Number(limit ?? MAX_PAGE), MAX_PAGE),
      marker: this.text('marker') ?? null,
    };
  }
}

type WithoutUndefined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The members that have a value. */
export function given<T extends object>(members: T): WithoutUndefined<T> {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as WithoutUndefined<T>;
}
