import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { TenantId } from '../../kernel/principal.js';
import {
  TenantEstate,
  type Holding,
  type RemovalStep,
  type TenantBelongings,
} from '../../tenants/index.js';
import { TenantImagesRepository } from './ports/tenant-images.repository.js';
import { RemoveImageData } from './remove-image-data.js';

const BATCH = 200;

/** What a tenant owns in the catalog: its images with their data, and its part in the images of others. */
@Injectable()
export class TenantImages implements OnModuleInit {
  constructor(
    @Inject(TenantEstate) private readonly estate: TenantEstate,
    @Inject(TenantImagesRepository) private readonly repository: TenantImagesRepository,
    @Inject(RemoveImageData) private readonly removeData: RemoveImageData,
  ) {}

  onModuleInit(): void {
    const images: TenantBelongings = {
      kind: 'images',
      count: (tenantId) => this.repository.countImages(tenantId),
      removeSome: (tenantId) => this.eraseSome(tenantId),
    };
    const shares: TenantBelongings = {
      kind: 'image_shares',
      count: async (tenantId): Promise<Holding> => ({
        count: await this.repository.countShares(tenantId),
        bytes: 0,
      }),
      removeSome: async (tenantId) =>
        (await this.repository.endShares(tenantId, BATCH)) === BATCH ? 'more' : 'none',
    };
    this.estate.register(images, shares);
  }

  private async eraseSome(tenantId: TenantId): Promise<RemovalStep> {
    if ((await this.repository.eraseImages(tenantId, BATCH)) > 0) {
      await this.removeData.execute();
      return 'more';
    }
    return (await this.repository.countImages(tenantId)).count > 0 ? 'waiting' : 'none';
  }
}
