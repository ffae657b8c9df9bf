/** One kind of request that an application credential may be used for (identity A6). */
export interface AccessRule {
  /** Type in the service catalog, such as `image`. */
  readonly service: string;
  readonly method: string;
  /** `{name}` and `*` stand for one segment, `**` for anything; the rest is literal. */
  readonly path: string;
}

/** A request as access rules see it. */
export interface TokenUse {
  /** The type in the service catalog of the API that is called; null: none, which no rule permits. */
  readonly service: string | null;
  readonly method: string;
  /** Every spelling of the path that a rule may have been written for: with the mount and without. */
  readonly paths: readonly string[];
}

export function permitsUse(rules: readonly AccessRule[], use: TokenUse): boolean {
  return rules.some(
    (rule) =>
      rule.service === use.service &&
      rule.method === use.method &&
      use.paths.some((path) => pathMatches(path, rule.path)),
  );
}

const ANYTHING = Symbol('**');
const SEGMENT = Symbol('*');
type Element = typeof ANYTHING | typeof SEGMENT | string;

/**
 * Rules are written by users, so they are not turned into regular expressions, which can be made to take for
 * ever: the positions that each element can lead to are followed instead, all at once.
 */
export function pathMatches(path: string, pattern: string): boolean {
  let positions: readonly number[] = [0];
  for (const element of elementsOf(pattern)) {
    positions =
      typeof element === 'string'
        ? afterLiteral(path, positions, element)
        : afterWildcard(path, positions, element);
  }
  return positions.includes(path.length);
}

function elementsOf(pattern: string): readonly Element[] {
  return [...pattern.matchAll(/\*\*|\*|\{[^}]+\}|[^*{]+|\{/g)].map(([text]) => {
    if (text === '**') return ANYTHING;
    return text === '*' || (text.startsWith('{') && text.length > 1) ? SEGMENT : text;
  });
}

function afterLiteral(path: string, positions: readonly number[], text: string): readonly number[] {
  return positions.filter((from) => path.startsWith(text, from)).map((from) => from + text.length);
}

/** One sweep: from the first position on everything is reached, for a segment up to the next slash. */
function afterWildcard(
  path: string,
  positions: readonly number[],
  wildcard: typeof ANYTHING | typeof SEGMENT,
): readonly number[] {
  const starts = new Set(positions);
  const reached: number[] = [];
  let isUnderWay = false;
  for (let index = 0; index <= path.length; index += 1) {
    if (wildcard === SEGMENT && isUnderWay) reached.push(index);
    if (starts.has(index)) isUnderWay = true;
    if (wildcard === ANYTHING && isUnderWay) reached.push(index);
    if (wildcard === SEGMENT && path[index] === '/') isUnderWay = false;
  }
  return reached;
}
