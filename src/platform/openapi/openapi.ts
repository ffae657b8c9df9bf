import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { describeComputePaths } from '../../api/compute-v2.1/openapi.js';
import { CONFIG, type Config } from '../config/config.js';
import { nameSchemas } from './components.js';
import { describeErrors } from './errors.js';
import { describeSecurity, logInAdvice } from './security.js';

const DESCRIPTION = `One catalog of machine images in two languages: the OpenStack **Image API v2** and the image
part of the **Compute API v2.1**, with an identity service to log in to.

Each API is served on two mounts. The server menu of an operation chooses: \`/image\` and \`/compute\` speak the APIs
as they are today, the root speaks them as the pages of 2014-15 published them.`;

const MOUNTS: readonly { readonly paths: RegExp; readonly prefix: string; readonly api: string }[] =
  [
    { paths: /^\/(v2(\/|$)|versions$|$)/, prefix: '/image', api: 'Image API' },
    { paths: /^\/v2\.1(\/|$)/, prefix: '/compute', api: 'Compute API' },
  ];

/** The OpenAPI document of every route of the application. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const { auth } = app.get<Config>(CONFIG);
  const info = new DocumentBuilder()
    .setTitle('Image catalog')
    .setDescription(`${DESCRIPTION}\n\n${logInAdvice(auth)}`)
    .setVersion('1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .build();
  const document = SwaggerModule.createDocument(app, info);
  describeComputePaths(document);
  describeSecurity(document, auth);
  describeErrors(document);
  nameSchemas(document);
  return withMounts(document);
}

/** Serves the document at `/docs-json` and Swagger UI at `/docs`; no asset comes from another host. */
export function serveDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'docs-json',
    customSiteTitle: 'Image catalog API',
    swaggerOptions: {
      validatorUrl: null,
      persistAuthorization: true,
      displayRequestDuration: true,
      docExpansion: 'none',
      filter: true,
      tagsSorter: 'alpha',
    },
  });
}

function withMounts(document: OpenAPIObject): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    const mount = MOUNTS.find(({ paths }) => paths.test(path));
    if (mount === undefined) continue;
    item.servers = [
      { url: mount.prefix, description: `${mount.api} as of today (profile current)` },
      { url: '/', description: `${mount.api} as published in 2014-15 (profile published)` },
    ];
  }
  return document;
}
