import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const contents = new Map<string, Buffer>();

/** An image made by `scripts/make-image-fixtures.sh`, unpacked. Not to be written to. */
export function imageFixture(name: string): Buffer {
  const known = contents.get(name);
  if (known !== undefined) return known;
  const path = fileURLToPath(new URL(`../fixtures/images/${name}.gz`, import.meta.url));
  const content = gunzipSync(readFileSync(path));
  contents.set(name, content);
  return content;
}
