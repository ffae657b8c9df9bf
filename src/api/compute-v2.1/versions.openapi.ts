import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { Fails } from '../http/openapi.js';
import { NegotiatesMicroversion } from './openapi.js';
import { versionDocument, versionList } from './version.representation.js';

const source = { base: 'http://openstack.example.com', maxMicroversion: '2.39' };

const json = (example: object) => ({
  content: { 'application/json': { schema: { type: 'object' as const }, example } },
});

export const ListVersionsDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'listComputeVersions',
      summary: 'List major versions',
      description:
        'Served at `/compute/`; any other path outside of a version answers 300 with choices.',
    }),
    ApiResponse({ status: 200, description: 'The versions.', ...json(versionList(source)) }),
  );

const shown = {
  status: 200,
  description: 'The version, with its range of microversions.',
  ...json(versionDocument(source, false)),
};

export const ShowVersionDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'showComputeVersion', summary: 'Show the version' }),
    NegotiatesMicroversion(),
    ApiResponse(shown),
    ApiResponse({ status: 400, description: 'The microversion is malformed.' }),
    ApiResponse({ status: 406, description: 'The microversion is not supported.' }),
  );

export const ShowVersionForTenantDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'showComputeVersion', summary: 'Show the version' }),
    NegotiatesMicroversion(),
    ApiResponse(shown),
    Fails(
      [400, 'The microversion is malformed, or the tenant is not that of the token.'],
      [404, 'The segment is no id of a tenant.'],
      406,
    ),
  );
