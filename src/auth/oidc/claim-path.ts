/**
 * A way into the claims of a token (identity C4): names with dots between them, `*` or `[*]` for every item of a
 * list, and quotes around names with dots of their own, as in `resource_access."image-catalog".roles`.
 */
export type ClaimPath = readonly string[];

const ELEMENT = /"(?<quoted>[^"]+)"|\[(?<star>\*)\]|(?<name>[^."[\]]+)/g;

export function parseClaimPath(text: string): ClaimPath {
  return [...text.matchAll(ELEMENT)].map(({ groups }) => {
    const { quoted, star, name } = groups as Partial<Record<'quoted' | 'star' | 'name', string>>;
    return quoted ?? star ?? name ?? '';
  });
}

const step =
  (name: string) =>
  (place: unknown): readonly unknown[] => {
    if (name === '*' && Array.isArray(place)) return place;
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, name)) return [];
    return [(place as Readonly<Record<string, unknown>>)[name]];
  };

const valuesAt = (claims: unknown, path: ClaimPath): readonly unknown[] =>
  path.reduce<readonly unknown[]>((places, name) => places.flatMap(step(name)), [claims]);

/** Texts that a path leads to; a list there is taken apart. What is neither text nor number counts as missing. */
function textsAt(claims: unknown, path: ClaimPath): readonly string[] {
  return valuesAt(claims, path).flatMap((value) => textsOf(value));
}

const textsOf = (value: unknown): readonly string[] =>
  [value]
    .flat()
    .filter((item) => typeof item === 'string' || typeof item === 'number')
    .map(String)
    .filter((text) => text !== '');

/** The texts of the first path that leads to any. */
export function firstTexts(claims: unknown, paths: readonly ClaimPath[]): readonly string[] {
  return paths.map((path) => textsAt(claims, path)).find((texts) => texts.length > 0) ?? [];
}

/** Names that a path leads to: a list of them, or one text with spaces or commas in between. */
export function wordsAt(claims: unknown, path: ClaimPath): readonly string[] {
  return valuesAt(claims, path).flatMap((value) =>
    typeof value === 'string'
      ? value.split(/[\s,]+/).filter((word) => word !== '')
      : textsOf(value),
  );
}
