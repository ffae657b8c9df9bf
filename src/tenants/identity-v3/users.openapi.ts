import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { Fails } from '../../api/http/openapi.js';
import { ChangePasswordRequest } from './user.requests.js';

export const ChangePasswordDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'changePassword',
      summary: 'Change the own password',
      description: 'Ends all tokens of the user, the one of this request too.',
    }),
    ApiBody({ type: ChangePasswordRequest }),
    ApiResponse({ status: 204, description: 'Changed.' }),
    Fails(
      400,
      [401, 'The token is not valid, or the original password is wrong.'],
      [403, 'Somebody else’s password.'],
      413,
      [429, 'Too many failed attempts; `Retry-After` tells when to try again.'],
    ),
  );
