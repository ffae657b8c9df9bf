import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { json, schemaOf } from '../identity-v3/directory.openapi.js';

const TENANT = '380f2f4b1c0d4a6f9a3a7d1d6a3e0c11';

const accessExample = {
  access: {
    token: {
      id: 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln',
      expires: '2026-11-21T23:35:55.000Z',
      issued_at: '2026-11-21T22:35:55.000Z',
      audit_ids: ['SWZnI0-sSAG6rjsEAvbRgA'],
      tenant: { id: TENANT, name: 'demo' },
    },
    serviceCatalog: [
      {
        type: 'image',
        name: 'glance',
        endpoints: [
          {
            region: 'RegionOne',
            tenantId: TENANT,
            publicURL: 'http://127.0.0.1:9292/image',
            internalURL: 'http://127.0.0.1:9292/image',
            adminURL: 'http://127.0.0.1:9292/image',
          },
        ],
        endpoints_links: [],
      },
    ],
    user: {
      id: 'a884b3b0f1f94cf5a0e0a3e3d87ff3a2',
      name: 'ann',
      username: 'ann',
      roles: [{ id: 'b0ed6a1d2d5f4f0cbb0a4e3f9d1c2b34', name: 'member', tenantId: TENANT }],
      roles_links: [],
    },
    metadata: { is_admin: 0, roles: ['b0ed6a1d2d5f4f0cbb0a4e3f9d1c2b34'] },
  },
};

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
    ApiResponse({ status: 200, description: 'The version, deprecated.' }),
  );

export const AuthenticateDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'authenticateV2',
      summary: 'Create a token',
      description:
        'Without a tenant: the default or the only one of the user. API-key credentials are answered as Rackspace’s identity does, errors too.',
    }),
    ApiBody({ schema: { type: 'object' }, examples: requests }),
    ApiResponse({
      status: 200,
      description: 'The token and what it is for.',
      content: json(schemaOf(accessExample), accessExample),
    }),
    Fails(400, [401, 'One text for every reason.'], 413, [429, 'Too many failed attempts.']),
  );

export const ListTenantsDocs = (): MethodDecorator =>
  applyDecorators(
    NeedsToken(),
    ApiOperation({ operationId: 'listTenants', summary: 'List the tenants to get a token for' }),
    ApiResponse({ status: 200, description: 'Enabled tenants on which the user has a role.' }),
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
      content: json(schemaOf(accessExample), accessExample),
    }),
    Fails(OTHERS, GONE),
  );

export const ListEndpointsDocs = (): MethodDecorator =>
  applyDecorators(
    NeedsToken(),
    ApiOperation({ operationId: 'listEndpointsV2', summary: 'List the endpoints of a token' }),
    ApiResponse({ status: 200, description: 'The endpoints; none without a tenant.' }),
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
