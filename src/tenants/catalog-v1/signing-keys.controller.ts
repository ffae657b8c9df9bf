import { Controller, Get, Inject, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { JsonBody } from '../../api/http/json-body.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ManageSigningKeys } from '../application/manage-signing-keys.js';
import {
  parseRotation,
  rotationSchema,
  signingKeysSchema,
  toSigningKeysDocument,
} from './signing-keys.representation.js';

/** An addition to the Identity API: the keys that sign tokens, without their secrets. */
@ApiTags('Catalog: signing keys')
@NeedsToken()
@Controller('catalog/v1/signing-keys')
export class SigningKeysController {
  constructor(@Inject(ManageSigningKeys) private readonly keys: ManageSigningKeys) {}

  @Get()
  @Requires('identity:manage')
  @NoBody()
  @ApiOperation({ operationId: 'listSigningKeys', summary: 'List the keys that sign tokens' })
  @ApiResponse({ status: 200, description: 'The keys, newest first.', schema: signingKeysSchema })
  @Fails(400, 403)
  async list(): Promise<object> {
    return toSigningKeysDocument(await this.keys.list());
  }

  @Post()
  @Requires('identity:manage')
  @ApiOperation({
    operationId: 'rotateSigningKeys',
    summary: 'Add a signing key',
    description:
      'It signs after two seconds; tokens of the older keys stay valid. With `forget_others` the older keys are removed and all tokens end, the one of this request too: after a leak.',
  })
  @ApiBody({ schema: rotationSchema })
  @ApiResponse({ status: 201, description: 'The keys, newest first.', schema: signingKeysSchema })
  @Fails(400, 403)
  async rotate(
    @JsonBody() body: unknown,
    @CurrentPrincipal() principal: Principal,
  ): Promise<object> {
    return toSigningKeysDocument(await this.keys.rotate(parseRotation(body), principal));
  }
}
