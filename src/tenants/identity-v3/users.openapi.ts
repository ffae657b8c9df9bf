import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { Fails } from '../../api/http/openapi.js';
import { ChangePasswordRequest } from './user.requests.js';

export const ChangePasswordDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'changePassword',
      summary: 'Change a password by showing the present one',
      description: 'Ends all tokens of the user.',
    }),
    ApiBody({ type: ChangePasswordRequest }),
    ApiResponse({ status: 204, description: 'Changed.' }),
    Fails(
      400,
      [401, 'The token is not valid, or the original password is wrong, or there is no such user.'],
      413,
      [429, 'Too many failed attempts; `Retry-After` tells when to try again.'],
    ),
  );
