import { parseListImages } from '../../src/images/image-v2/list-images.request.js';
import { ListImages } from '../../src/images/application/list-images.js';
import { VisibleImages } from '../../src/images/application/visible-images.js';
import { UNPROTECTED } from '../../src/images/domain/property-protection.js';
import { PrismaImageRepository } from '../../src/images/persistence/prisma-image.repository.js';
import { expandRoles, type Principal } from '../../src/kernel/principal.js';
import { Database } from '../../src/platform/database/database.js';
import type { ModelCaller } from './list-model.js';

type Parameters = readonly (readonly [name: string, value: string])[];

export interface ListedPage {
  readonly ids: readonly string[];
  readonly isFull: boolean;
}

/** The list of the Image API from its query to its rows, without HTTP. */
export class ImageLists {
  readonly database: Database;
  private readonly listImages: ListImages;

  constructor(url: string) {
    this.database = new Database({
      url,
      poolSize: 4,
      connectTimeoutMs: 5000,
      statementTimeoutMs: 30_000,
    });
    const images = new PrismaImageRepository(this.database);
    this.listImages = new ListImages(images, new VisibleImages(images), UNPROTECTED);
  }

  async page(parameters: Parameters, caller: ModelCaller): Promise<ListedPage> {
    const command = parseListImages(parameters, { pageSizeDefault: 25, pageSizeMax: 1000 });
    const { items, isFull } = await this.listImages.execute(command, principal(caller));
    return { ids: items.map(({ attributes }) => attributes.id), isFull };
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
