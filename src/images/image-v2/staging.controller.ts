import {
  Controller,
  HttpCode,
  Inject,
  Injectable,
  Param,
  Put,
  UseGuards,
  type CanActivate,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BodyStream, type IncomingBytes } from '../../api/http/body-stream.decorator.js';
import { NeedsToken } from '../../api/http/openapi.js';
import { Authenticated, CurrentPrincipal } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ImportMethods } from '../application/imports/import-methods.js';
import { StageImageData } from '../application/stage-image-data.js';
import { StageImageDataDocs } from './image-data.openapi.js';

/** Image API 2.8: without staging the resource does not exist, whatever the request says. */
@Injectable()
class StagingIsOffered implements CanActivate {
  constructor(@Inject(ImportMethods) private readonly methods: ImportMethods) {}

  /** @throws StagingNotOffered */
  canActivate(): boolean {
    this.methods.requireStaging();
    return true;
  }
}

/** Bytes that wait for their import: section 2.8 of the Image API. */
@ApiTags('Image API v2: image data')
@NeedsToken()
@Authenticated()
@UseGuards(StagingIsOffered)
@Controller('v2/images/:image_id/stage')
export class StagingController {
  constructor(@Inject(StageImageData) private readonly stageData: StageImageData) {}

  @Put()
  @HttpCode(204)
  @StageImageDataDocs()
  async stage(
    @Param('image_id') imageId: string,
    @BodyStream() body: IncomingBytes,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.stageData.execute({ imageId, ...body }, principal);
  }
}
