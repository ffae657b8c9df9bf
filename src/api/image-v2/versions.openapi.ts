import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse, type SchemaObject } from '@nestjs/swagger';
import { json, listOf, objectOf, selfLinks } from '../http/openapi-schemas.js';
import { LABELS } from './version-labels.js';

const versionList: SchemaObject = {
  title: 'ImageVersions',
  ...objectOf({
    versions: listOf(
      objectOf({
        id: { type: 'string', enum: [...LABELS] },
        status: { type: 'string', enum: ['CURRENT', 'SUPPORTED'] },
        links: selfLinks,
      }),
    ),
  }),
};

const example = {
  versions: [
    {
      id: 'v2.17',
      status: 'CURRENT',
      links: [{ rel: 'self', href: 'http://127.0.0.1:9292/image/v2/' }],
    },
  ],
};

const Versions = (status: 200 | 300): MethodDecorator =>
  ApiResponse({
    status,
    description: 'The versions, every one at the same address.',
    content: json(versionList, example),
  });

export const ChooseVersionDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'chooseImageVersion',
      summary: 'List API versions (to choose from)',
    }),
    Versions(300),
  );

export const ListVersionsDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'listImageVersions', summary: 'List API versions' }),
    Versions(200),
  );
