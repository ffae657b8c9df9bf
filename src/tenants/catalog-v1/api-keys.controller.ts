import { Controller, Delete, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { NoBody } from '../../api/http/no-body.guard.js';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { json, objectOf, text } from '../../api/http/openapi-schemas.js';
import { Authenticated, CurrentPrincipal } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ManageApiKeys } from '../application/manage-api-keys.js';

/** An addition to the Identity API: the key that `RAX-KSKEY:apiKeyCredentials` take. */
@ApiTags('Catalog: API keys')
@NeedsToken()
@Authenticated()
@Controller('catalog/v1/users/:user_id/api-key')
export class ApiKeysController {
  constructor(@Inject(ManageApiKeys) private readonly keys: ManageApiKeys) {}

  @Post()
  @NoBody()
  @ApiOperation({
    operationId: 'resetApiKey',
    summary: 'Make a new API key for oneself',
    description: 'It takes the place of the present one, and is shown in this reply only.',
  })
  @ApiResponse({
    status: 201,
    description: 'The new key.',
    content: json(objectOf({ api_key: text }), { api_key: '6b1f…' }),
  })
  @Fails(400, [403, 'Somebody else’s, or a restricted application credential.'])
  async reset(
    @Param('user_id') userId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<object> {
    return { api_key: await this.keys.reset(userId, principal) };
  }

  @Delete()
  @NoBody()
  @HttpCode(204)
  @ApiOperation({ operationId: 'deleteApiKey', summary: 'Remove the API key of a user' })
  @ApiResponse({ status: 204, description: 'There is none now.' })
  @Fails(400, [403, 'Somebody else’s; administrators may.'], 404)
  async remove(
    @Param('user_id') userId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.keys.remove(userId, principal);
  }
}
