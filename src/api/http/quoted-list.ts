import { InvalidRequest } from '../../kernel/errors.js';

const ITEM = /\s*(?:"((?:[^"\\]|\\.)*)"|([^",]*))\s*(,|$)/gy;

/**
 * `a,b,"c,d"`: commas separate, double quotes protect them, a backslash inside quotes escapes.
 * @throws InvalidRequest for unbalanced quotes
 */
export function splitQuotedList(text: string): string[] {
  const items: string[] = [];
  ITEM.lastIndex = 0;
  for (;;) {
    const match = ITEM.exec(text);
    if (match === null) throw new InvalidRequest('The quotes of the list are not balanced.');
    const [, quoted, plain = '', separator] = match;
    items.push(quoted === undefined ? plain : quoted.replaceAll(/\\(.)/gs, '$1'));
    if (separator !== ',') return items;
  }
}
