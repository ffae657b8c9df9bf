import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { NoBody } from '../../api/http/no-body.guard.js';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { CurrentPrincipal, Requires } from '../../auth/decorators.js';
import { NotFound } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import { TenantQuotas, type TenantQuotaReport } from '../../tenants/index.js';
import { ImportMethods } from '../application/imports/import-methods.js';
import { ImageDataStores } from '../application/ports/image-data-stores.js';
import { importInfo, storeList, usageInfo } from './info.openapi-schemas.js';
import { storeJson, storeWithDetailsJson } from './stores.representation.js';

const BYTES_PER_MIB = 1024n * 1024n;

/** What the service offers: section 2.14 of the Image API. */
@ApiTags('Image API v2: discovery')
@NeedsToken()
@Controller('v2/info')
export class InfoController {
  constructor(
    @Inject(TenantQuotas) private readonly quotas: TenantQuotas,
    @Inject(ImageDataStores) private readonly imageDataStores: ImageDataStores,
    @Inject(ImportMethods) private readonly methods: ImportMethods,
  ) {}

  @Get('import')
  @Requires('discovery:show')
  @NoBody()
  @ApiOperation({ operationId: 'showImportInfo', summary: 'List import methods' })
  @ApiResponse({
    status: 200,
    description: 'The ways in which image data can be imported.',
    schema: importInfo,
  })
  @Fails(400)
  importMethods() {
    return {
      'import-methods': {
        description: 'Import methods available.',
        type: 'array',
        value: this.methods.offered,
      },
    };
  }

  @Get('stores')
  @Requires('discovery:show')
  @NoBody()
  @ApiOperation({ operationId: 'listStores', summary: 'List stores' })
  @ApiResponse({
    status: 200,
    description: 'The stores; flags are the text `true` or absent.',
    schema: storeList,
  })
  @Fails(400, [404, 'The deployment has a single store.'])
  stores() {
    return { stores: this.severalStores().map(storeJson) };
  }

  @Get('stores/detail')
  @Requires('stores:detail')
  @NoBody()
  @ApiOperation({ operationId: 'listStoresDetail', summary: 'List stores with their settings' })
  @ApiResponse({
    status: 200,
    description: 'The stores with type, weight and properties.',
    schema: storeList,
  })
  @Fails(400, 403, [404, 'The deployment has a single store.'])
  storesDetail() {
    return { stores: this.severalStores().map(storeWithDetailsJson) };
  }

  @Get('usage')
  @Requires('discovery:show')
  @ApiOperation({ operationId: 'showUsage', summary: 'Show quota and usage of the own tenant' })
  @ApiResponse({ status: 200, description: 'Only what has a limit is listed.', schema: usageInfo })
  @Fails([403, 'The tenant is suspended.'])
  async usage(@CurrentPrincipal() principal: Principal) {
    if (principal.tenantId === null) return { usage: {} };
    return { usage: limitedUsage(await this.quotas.show(principal.tenantId)) };
  }

  private severalStores(): ImageDataStores['all'] {
    const { all } = this.imageDataStores;
    if (all.length < 2) throw new NotFound('This deployment does not have multiple stores.');
    return all;
  }
}

function limitedUsage({ quota, imageCount, imageBytes }: TenantQuotaReport) {
  const inMebibytes = (bytes: bigint): number => Number(bytes / BYTES_PER_MIB);
  return {
    ...(quota.imageCount >= 0n && {
      image_count_total: { usage: imageCount, limit: Number(quota.imageCount) },
    }),
    ...(quota.imageBytes >= 0n && {
      image_size_total: { usage: inMebibytes(imageBytes), limit: inMebibytes(quota.imageBytes) },
    }),
  };
}
