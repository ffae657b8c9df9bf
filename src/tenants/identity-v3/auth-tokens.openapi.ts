import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { json } from '../../api/http/openapi-schemas.js';
import {
  authExamples,
  authRequest,
  tokenDocument,
  tokenExample,
} from './auth-tokens.openapi-schemas.js';

const NoCatalog = (): MethodDecorator =>
  ApiQuery({
    name: 'nocatalog',
    required: false,
    allowEmptyValue: true,
    description: 'Leave the catalog out',
  });

const Subject = (): MethodDecorator =>
  ApiHeader({ name: 'X-Subject-Token', required: true, description: 'The token in question' });

const subjectHeader = {
  'X-Subject-Token': { description: 'The token', schema: { type: 'string' as const } },
};

const NOT_FOUND = [404, 'The subject token is missing, unknown, expired or revoked.'] as const;

export const IssueTokenDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'createToken',
      summary: 'Create a token',
      description:
        'Log in with a password, with another token, or with an application credential. The token is in the header `X-Subject-Token` of the reply.',
    }),
    NoCatalog(),
    ApiBody({ schema: authRequest, examples: authExamples }),
    ApiResponse({
      status: 201,
      description: 'The token is in the header; the body tells what it is valid for.',
      headers: subjectHeader,
      content: json(tokenDocument, tokenExample),
    }),
    Fails(
      [400, 'Not JSON, or not of this shape; a password of more than 4096 bytes.'],
      [401, 'One text for every reason: wrong password, unknown or disabled user, no role there.'],
      413,
      [429, 'Too many failed attempts; `Retry-After` tells when to try again.'],
    ),
  );

export const ShowTokenDocs = (): MethodDecorator =>
  applyDecorators(
    NeedsToken(),
    ApiOperation({ operationId: 'showToken', summary: 'Validate a token and show what it is for' }),
    Subject(),
    NoCatalog(),
    ApiQuery({
      name: 'allow_expired',
      required: false,
      description: '`1`: also when it expired less than 48 hours ago',
    }),
    ApiResponse({
      status: 200,
      description: 'As when it was created.',
      headers: subjectHeader,
      content: json(tokenDocument, tokenExample),
    }),
    Fails([403, 'Somebody else’s token; administrators and services may.'], NOT_FOUND),
  );

export const CheckTokenDocs = (): MethodDecorator =>
  applyDecorators(
    NeedsToken(),
    ApiOperation({ operationId: 'checkToken', summary: 'Validate a token' }),
    Subject(),
    ApiResponse({ status: 200, description: 'It is valid.', headers: subjectHeader }),
    Fails([403, 'Somebody else’s token; administrators and services may.'], NOT_FOUND),
  );

export const RevokeTokenDocs = (): MethodDecorator =>
  applyDecorators(
    NeedsToken(),
    ApiOperation({
      operationId: 'revokeToken',
      summary: 'Revoke a token',
      description: 'At once on the replica that answers, within 5 seconds on all others.',
    }),
    Subject(),
    ApiResponse({ status: 204, description: 'Revoked.' }),
    Fails([403, 'Somebody else’s token; administrators may.'], NOT_FOUND),
  );
