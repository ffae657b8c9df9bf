import { isAbsolute, relative } from 'node:path';

/** A path as a person in the current directory would type it: relative below it, else absolute. */
export function displayPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  const isBelow = fromHere !== '' && !fromHere.startsWith('..') && !isAbsolute(fromHere);
  return isBelow ? fromHere : path;
}
