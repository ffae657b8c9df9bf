import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { json } from '../../api/http/openapi-schemas.js';
import { versionDocument } from '../identity-v3/versions.openapi.js';
import {
  TENANT,
  accessDocument,
  accessExample,
  authRequest,
  endpointList,
  endpointsExample,
  tenantList,
  tenantsExample,
} from './identity-v2.openapi-schemas.js';

const requests = {
  password: {
    summary: 'Password',
    value: {
      auth: { passwordCredentials: { username: 'ann', password: 'secret' }, tenantName: 'demo' },
    },
  },
  apiKey: {
    summary: 'API key',
    value: { auth: { 'RAX-KSKEY:apiKeyCredentials': { username: 'ann', apiKey: '…' } } },
  },
  token: {
    summary: 'Another tenant for a token',
    value: { auth: { token: { id: 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln' }, tenantId: TENANT } },
  },
};

const OTHERS = [403, 'Somebody else’s token.'] as const;
const GONE = [404, 'The token is unknown, expired or revoked.'] as const;

export const ShowVersionDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'showIdentityVersion2', summary: 'Show the version' }),
    ApiResponse({
      status: 200,
      description: 'The version, deprecated.',
      content: json(versionDocument),
    }),
  );

export const AuthenticateDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'authenticateV2',
      summary: 'Create a token',
      description:
        'Without a tenant: the default or the only one of the user. API-key credentials are answered as Rackspace’s identity does, errors too.',
    }),
    ApiBody({ schema: authRequest, examples: requests }),
    ApiResponse({
      status: 200,
      description: 'The token and what it is for.',
      content: json(accessDocument, accessExample),
    }),
    Fails(400, [401, 'One text for every reason.'], 413, [429, 'Too many failed attempts.']),
  );

export const ListTenantsDocs = (): MethodDecorator =>
  applyDecorators(
    NeedsToken(),
    ApiOperation({ operationId: 'listTenants', summary: 'List the tenants to get a token for' }),
    ApiResponse({
      status: 200,
      description: 'Enabled tenants on which the user has a role.',
      content: json(tenantList, tenantsExample),
    }),
    Fails(400),
  );

export const ValidateTokenDocs = (): MethodDecorator =>
  applyDecorators(
    NeedsToken(),
    ApiOperation({ operationId: 'validateTokenV2', summary: 'Validate a token' }),
    ApiQuery({
      name: 'belongsTo',
      required: false,
      description: 'Id of the tenant it must be for',
    }),
    ApiResponse({
      status: 200,
      description: 'The token and what it is for.',
      content: json(accessDocument, accessExample),
    }),
    Fails(OTHERS, GONE),
  );

export const ListEndpointsDocs = (): MethodDecorator =>
  applyDecorators(
    NeedsToken(),
    ApiOperation({ operationId: 'listEndpointsV2', summary: 'List the endpoints of a token' }),
    ApiResponse({
      status: 200,
      description: 'The endpoints; none without a tenant.',
      content: json(endpointList, endpointsExample),
    }),
    Fails(OTHERS, GONE),
  );

export const RevokeOwnTokenDocs = (): MethodDecorator =>
  applyDecorators(
    NeedsToken(),
    ApiOperation({ operationId: 'revokeOwnTokenV2', summary: 'Revoke the token of the request' }),
    ApiResponse({ status: 204, description: 'Revoked.' }),
    Fails(),
  );

export const RevokeTokenDocs = (): MethodDecorator =>
  applyDecorators(
    NeedsToken(),
    ApiOperation({ operationId: 'revokeTokenV2', summary: 'Revoke a token' }),
    ApiResponse({ status: 204, description: 'Revoked.' }),
    Fails(OTHERS, GONE),
  );
