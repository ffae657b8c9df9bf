import type { MemberStatus, Visibility } from '../../src/images/domain/image-access.js';

/**
 * What lists hold and in which order, by brute force over all images: sections 5.2 and 6 of the Image API,
 * written down a second time and without a database.
 */

export interface ModelImage {
  readonly id: string;
  readonly owner: string | null;
  readonly name: string | null;
  readonly status: string;
  readonly visibility: Visibility;
  readonly isProtected: boolean;
  readonly isHidden: boolean;
  readonly diskFormat: string | null;
  readonly containerFormat: string | null;
  readonly size: bigint | null;
  readonly virtualSize: bigint | null;
  readonly minDisk: number;
  readonly minRam: number;
  readonly tags: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly isDeleted: boolean;
  readonly members: Readonly<Record<string, MemberStatus>>;
}

export interface ModelCaller {
  readonly tenantId: string;
  readonly isAdmin: boolean;
}

export interface ModelOrder {
  readonly field: 'name' | 'status' | 'containerFormat' | 'diskFormat' | 'size' | 'id' | Instant;
  readonly direction: 'asc' | 'desc';
}
type Instant = 'createdAt' | 'updatedAt';

export interface ModelQuery {
  readonly visibility: Visibility | 'all' | null;
  readonly memberStatus: MemberStatus | 'all';
  readonly isHidden: boolean;
  readonly matches: (image: ModelImage) => boolean;
  /** With its tie-breakers. */
  readonly order: readonly ModelOrder[];
}

/** Ids of everything that a list holds for a caller, in order. */
export function listedIds(
  images: readonly ModelImage[],
  caller: ModelCaller,
  query: ModelQuery,
): string[] {
  return images
    .filter((image) => !image.isDeleted && image.status !== 'killed')
    .filter((image) => image.isHidden === query.isHidden)
    .filter((image) => isListedFor(caller, image, query))
    .filter((image) => [null, 'all', image.visibility].includes(query.visibility))
    .filter(query.matches)
    .toSorted((a, b) => compareBy(query.order, a, b))
    .map(({ id }) => id);
}

function isListedFor(caller: ModelCaller, image: ModelImage, query: ModelQuery): boolean {
  if (image.owner === caller.tenantId || image.visibility === 'public') return true;
  if (image.visibility === 'community')
    return ['community', 'all'].includes(query.visibility ?? '');
  if (caller.isAdmin) return true;
  const answer = image.members[caller.tenantId];
  const counts = query.memberStatus === 'all' || answer === query.memberStatus;
  return image.visibility === 'shared' && answer !== undefined && counts;
}

function compareBy(order: readonly ModelOrder[], a: ModelImage, b: ModelImage): number {
  for (const { field, direction } of order) {
    const ascending = compareValues(a[field], b[field]);
    if (ascending !== 0) return direction === 'asc' ? ascending : -ascending;
  }
  return 0;
}

type Value = string | bigint | Date | null;

/** Null is greater than every value; text is ordered by code points. */
function compareValues(a: Value, b: Value): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return a < b ? -1 : Number(a > b);
}

function compareText(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => [...text].map((char) => char.codePointAt(0) ?? 0));
  const first = left!.findIndex((point, index) => point !== right![index]);
  if (first < 0) return left!.length - right!.length;
  return left![first]! - (right![first] ?? -1);
}
