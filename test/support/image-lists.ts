import { parseListImages } from '../../src/images/image-v2/list-images.request.js';
import { ListImages } from '../../src/images/application/list-images.js';
import { UNPROTECTED } from '../../src/images/domain/property-protection.js';
import { PrismaImageRepository } from '../../src/images/persistence/prisma-image.repository.js';
import type { ImageAttributes } from '../../src/images/domain/image.js';
import { expandRoles, type Principal } from '../../src/kernel/principal.js';
import { Database } from '../../src/platform/database/database.js';
import type { ModelCaller } from './list-model.js';

/** Enough for a few dozen images, so that some are forgotten. */
const CACHE_BYTES = 100_000;

type Parameters = readonly (readonly [name: string, value: string])[];

export interface ListedPage {
  readonly ids: readonly string[];
  readonly isFull: boolean;
}

/** The list of the Image API from its query to its rows, without HTTP. */
export class ImageLists {
  readonly database: Database;
  private readonly listImages: ListImages;

  /** @param cacheBytes memory for images that were read before; 0: every page is read anew */
  constructor(url: string, cacheBytes = CACHE_BYTES) {
    this.database = new Database({
      url,
      poolSize: 4,
      connectTimeoutMs: 5000,
      statementTimeoutMs: 30_000,
    });
    const images = new PrismaImageRepository(this.database, cacheBytes);
    this.listImages = new ListImages(images, UNPROTECTED);
  }

  async page(parameters: Parameters, caller: ModelCaller): Promise<ListedPage> {
    const { items, isFull } = await this.list(parameters, caller);
    return { ids: items.map(({ attributes }) => attributes.id), isFull };
  }

  /** A page with all that its images hold. */
  async images(parameters: Parameters, caller: ModelCaller): Promise<ImageAttributes[]> {
    const { items } = await this.list(parameters, caller);
    return items.map(({ attributes }) => ({ ...attributes }));
  }

  /** Every page from the first to the last, each behind the last image of the one before. */
  async walk(parameters: Parameters, limit: number, caller: ModelCaller): Promise<string[][]> {
    const pages: string[][] = [];
    const limited = [...parameters, ['limit', String(limit)] as const];
    for (let marker: Parameters = []; ;) {
      const { ids, isFull } = await this.page([...limited, ...marker], caller);
      pages.push([...ids]);
      const last = ids.at(-1);
      if (!isFull || last === undefined) return pages;
      marker = [['marker', last]];
    }
  }

  private list(parameters: Parameters, caller: ModelCaller) {
    const command = parseListImages(parameters, { pageSizeDefault: 25, pageSizeMax: 1000 });
    return this.listImages.execute(command, principal(caller));
  }
}

export function principal({ tenantId, isAdmin }: ModelCaller): Principal {
  return {
    userId: 'user',
    userName: 'user',
    tenantId,
    tenantName: tenantId,
    scope: 'project',
    roles: expandRoles([isAdmin ? 'admin' : 'reader']),
    isAdmin,
    serviceRoles: new Set(),
    expiresAt: new Date(Date.now() + 3_600_000),
    auditIds: [],
  };
}
