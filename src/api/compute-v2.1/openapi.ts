import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiParam, type OpenAPIObject, type SchemaObject } from '@nestjs/swagger';

type Decorator = MethodDecorator & ClassDecorator;

/** The headers that choose a microversion, for every operation that negotiates one. */
export const NegotiatesMicroversion = (until?: string): Decorator =>
  applyDecorators(
    ApiHeader({
      name: 'OpenStack-API-Version',
      required: false,
      description: `\`compute X.Y\` or \`compute latest\`; 2.1 without it.${
        until === undefined ? '' : ` The last microversion with this operation is ${until}.`
      }`,
      example: 'compute 2.1',
    }),
    ApiHeader({
      name: 'X-OpenStack-Nova-API-Version',
      required: false,
      description: 'The older spelling: `X.Y` or `latest`.',
    }),
  );

export const ImageId = (): MethodDecorator =>
  ApiParam({
    name: 'image_id',
    format: 'uuid',
    example: '70a599e0-31e7-49b7-b260-868f441e862b',
  });

/** Metadata about block devices: JSON text that is shown as what it says. */
const blockDevices: SchemaObject = { description: 'Text, or what JSON text says' };
export const shownAsJson = { block_device_mapping: blockDevices, mappings: blockDevices };

/** Where `mount.ts` takes the version documents from. */
const PUBLIC_PATHS: Readonly<Record<string, string>> = {
  '/compute-versions': '/compute/',
  '/compute-version': '/v2.1/',
  '/compute-version/{tenant_id}': '/v2.1/{tenant_id}/',
};
/** The path under which the document knows a route. */
export const publicPath = (path: string): string => PUBLIC_PATHS[path] ?? path;

const METHODS = ['get', 'post', 'put', 'delete'] as const;

/**
 * What decorators cannot say. Every operation is served with and without the tenant in its path, and they
 * describe both at once: this names the segment where it is and keeps operation ids unique. The version list
 * is shown where the mount serves it.
 */
export function describeComputePaths(document: OpenAPIObject): void {
  document.paths = Object.fromEntries(
    Object.entries(document.paths).map(([path, item]) => [publicPath(path), item]),
  );
  for (const [path, item] of Object.entries(document.paths)) {
    if (!path.startsWith('/v2.1/{tenant_id}/')) continue;
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      operation.operationId = `${operation.operationId ?? method}InTenant`;
      operation.parameters = [TENANT_ID, ...(operation.parameters ?? [])];
    }
  }
}

const TENANT_ID = {
  name: 'tenant_id',
  in: 'path' as const,
  required: true,
  description: "The token's tenant (project); any other is 400.",
  schema: { type: 'string' as const, pattern: '^[0-9a-f-]+$' },
};
