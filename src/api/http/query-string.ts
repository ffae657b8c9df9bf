import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { InvalidRequest } from '../../kernel/errors.js';
import { isStorableText } from './text-safety.js';

/** Names and values in the order they were sent; a name may occur several times. */
export type QueryParameters = readonly (readonly [name: string, value: string])[];

/** The query of the request: `@Query()` without losing order and repetition. */
export const RawQuery = createParamDecorator(
  (_data: unknown, context: ExecutionContext): QueryParameters =>
    parseQuery(context.switchToHttp().getRequest<{ url: string }>().url),
);

/** Reads the query of a URL as a form does. @throws InvalidRequest for bad escapes, bad UTF-8 and U+0000 */
export function parseQuery(url: string): QueryParameters {
  const start = url.indexOf('?');
  if (start < 0) return [];
  return url
    .slice(start + 1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0
        ? [decode(pair), '']
        : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    });
}

/** The parameters as a query, form-encoded, with its question mark; empty when there are none. */
export function formatQuery(parameters: QueryParameters): string {
  const query = new URLSearchParams(
    parameters.map(([name, value]): [string, string] => [name, value]),
  ).toString();
  return query === '' ? '' : `?${query}`;
}

function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    throw new InvalidRequest('The query string is not valid UTF-8.', { cause: error });
  }
  if (!isStorableText(decoded)) throw new InvalidRequest('The query string holds U+0000.');
  return decoded;
}

/** The value that counts when a parameter is repeated; empty when it is absent. */
export function lastValue(parameters: QueryParameters, name: string): string {
  return parameters.findLast(([key]) => key === name)?.[1] ?? '';
}
