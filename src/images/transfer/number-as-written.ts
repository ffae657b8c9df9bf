const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/gs;
const NESTING: Readonly<Record<string, number>> = { '{': 1, '[': 1, '}': -1, ']': -1 };

/**
 * The number that a top-level member of a JSON object has, as it is written: `JSON.parse` rounds integers
 * beyond 2^53. When a name is repeated the last one counts, as it does there.
 * @param text a JSON object, known to be valid
 * @returns undefined when the member is absent or not a number
 */
export function numberAsWritten(text: string, name: string): string | undefined {
  let found: string | undefined;
  let depth = 0;
  let key = '""';
  let previous = '';
  for (const [token] of text.matchAll(TOKENS)) {
    depth += NESTING[token] ?? 0;
    if (depth === 1 && token === ':') key = previous;
    if (depth === 1 && previous === ':' && JSON.parse(key) === name) found = token;
    previous = token;
  }
  return found?.startsWith('"') ? undefined : found;
}
