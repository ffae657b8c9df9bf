import type { QueryParameters } from '../http/query-string.js';
import { formatQuery } from '../http/query-string.js';
import { compareByCodePoint } from './json-text.js';

export interface LinkBases {
  /** The compute endpoint with its version, `C` of compute-v2.1 7.1. */
  readonly compute: string;
  /** The image endpoint without a version, `G`. */
  readonly image: string;
  /** The tenant that the matched route carried; null leaves the segment out of links. */
  readonly tenant: string | null;
}

export type Link = Readonly<Record<'rel' | 'href', string> & Partial<Record<'type', string>>>;

/** Every link of the Compute dialect (section 7). */
export class ComputeLinks {
  private readonly versioned: string;
  private readonly unversioned: string;

  constructor(private readonly bases: LinkBases) {
    const segment = bases.tenant === null ? '' : `/${bases.tenant}`;
    this.versioned = `${bases.compute}${segment}`;
    this.unversioned = `${withoutVersion(bases.compute)}${segment}`;
  }

  /** Always these three, in this order. */
  image(id: string): Link[] {
    return [
      ...this.selfAndBookmark(`images/${id}`),
      {
        rel: 'alternate',
        type: 'application/vnd.openstack.image',
        href: `${this.bases.image}/images/${id}`,
      },
    ];
  }

  /** The server that an image was made from; whether it exists is not checked. */
  server(id: string): Link[] {
    return this.selfAndBookmark(`servers/${encodeURIComponent(id)}`);
  }

  /** The next page of a list, with the parameters sorted by name. */
  page(path: string, parameters: QueryParameters): Link {
    const sorted = parameters.toSorted(([a], [b]) => compareByCodePoint(a, b));
    return { rel: 'next', href: `${this.versioned}/${path}${formatQuery(sorted)}` };
  }

  private selfAndBookmark(path: string): Link[] {
    return [
      { rel: 'self', href: `${this.versioned}/${path}` },
      { rel: 'bookmark', href: `${this.unversioned}/${path}` },
    ];
  }
}

/** `B` of section 7.1: without a final segment that is a version. */
export const withoutVersion = (url: string): string => url.replace(/\/v\d+(\.\d+)?$/, '');
