import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import {
  instant,
  json,
  listOf,
  mediaTypes,
  objectOf,
  selfLinks,
  text,
} from '../../api/http/openapi-schemas.js';

const version = {
  title: 'IdentityVersion',
  ...objectOf({
    id: text,
    status: { type: 'string', enum: ['stable', 'DEPRECATED'] },
    updated: instant,
    links: selfLinks,
    'media-types': mediaTypes,
  }),
};
export const versionDocument = objectOf({ version });

const example = {
  id: 'v3.14',
  status: 'stable',
  updated: '2020-04-07T00:00:00Z',
  links: [{ rel: 'self', href: 'http://127.0.0.1:9292/identity/v3/' }],
  'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
};

export const ListVersionsDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'listIdentityVersions', summary: 'List API versions' }),
    ApiResponse({
      status: 300,
      description: 'The versions to choose from.',
      content: json(objectOf({ versions: objectOf({ values: listOf(version) }) }), {
        versions: { values: [example] },
      }),
    }),
  );

export const ShowVersionDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'showIdentityVersion', summary: 'Show the version' }),
    ApiResponse({
      status: 200,
      description: 'The version.',
      content: json(versionDocument, { version: example }),
    }),
  );
