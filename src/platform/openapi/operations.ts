import type { OpenAPIObject } from '@nestjs/swagger';

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const;

/** Every operation of the document, with where it is. */
export function operationsOf({ paths }: OpenAPIObject) {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ path, method, operation }];
    }),
  );
}
