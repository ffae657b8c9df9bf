import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file as an operator would name it in the configuration. @returns its path */
export function operatorFile(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'catalog-operator-')), name);
  writeFileSync(path, text);
  return path;
}
