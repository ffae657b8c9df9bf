/** Advertised levels of the Image API (image-v2 1.3), the CURRENT one first. */
export const LABELS = [
  'v2.18',
  'v2.17',
  'v2.16',
  'v2.15',
  'v2.14',
  'v2.13',
  'v2.12',
  'v2.9',
  'v2.7',
  'v2.6',
  'v2.5',
  'v2.4',
  'v2.3',
  'v2.2',
  'v2.1',
  'v2.0',
] as const;

/** By these, clients know whether there is a cache of image data. */
export const WITH_CACHE: ReadonlySet<string> = new Set(['v2.14', 'v2.16', 'v2.18']);
