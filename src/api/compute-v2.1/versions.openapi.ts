import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse, type SchemaObject } from '@nestjs/swagger';
import { Fails } from '../http/openapi.js';
import {
  instant,
  json,
  listOf,
  mediaTypes,
  objectOf,
  selfLinks,
  text,
} from '../http/openapi-schemas.js';
import { NegotiatesMicroversion } from './openapi.js';
import { versionDocument, versionList } from './version.representation.js';

const source = { base: 'http://openstack.example.com', maxMicroversion: '2.39' };

const microversion: SchemaObject = {
  type: 'string',
  pattern: '^([0-9]+\\.[0-9]+)?$',
};
const summary: Record<string, SchemaObject> = {
  id: { type: 'string', enum: ['v2.0', 'v2.1'] },
  status: { type: 'string', enum: ['CURRENT', 'DEPRECATED'] },
  version: { ...microversion, description: 'The highest microversion; empty where there are none' },
  min_version: {
    ...microversion,
    description: 'The lowest microversion; empty where there are none',
  },
  updated: instant,
};

const listSchema: SchemaObject = {
  title: 'ComputeVersions',
  ...objectOf({ versions: listOf(objectOf({ ...summary, links: selfLinks })) }),
};

const link = objectOf(
  {
    rel: { type: 'string', enum: ['self', 'describedby'] },
    href: { type: 'string', format: 'uri' },
  },
  { type: text },
);
const documentSchema: SchemaObject = {
  title: 'ComputeVersion',
  ...objectOf({
    version: objectOf({ ...summary, links: listOf(link), 'media-types': mediaTypes }),
  }),
};

export const ListVersionsDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'listComputeVersions',
      summary: 'List major versions',
      description:
        'Served at `/compute/`; any other path outside of a version answers 300 with choices.',
    }),
    ApiResponse({
      status: 200,
      description: 'The versions.',
      content: json(listSchema, versionList(source)),
    }),
  );

const shown = {
  status: 200,
  description: 'The version, with its range of microversions.',
  content: json(documentSchema, versionDocument(source, false)),
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
