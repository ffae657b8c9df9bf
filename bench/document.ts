import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { format } from 'prettier';

export const DOCUMENT = new URL('../docs/performance.md', import.meta.url);

/** Puts Markdown between two lines of the document that mark its place. */
export async function putBetween(
  [start, end]: readonly [string, string],
  markdown: string,
): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  const [before, after] = [text.split(start)[0], text.split(end)[1]];
  if (before === undefined || after === undefined) throw new Error(`No place for ${start}.`);
  const content = [before + start, markdown, end + after].join('\n\n');
  await writeFile(DOCUMENT, await format(content, { parser: 'markdown' }));
}

/** The machine that figures are of. */
export function machine(): string {
  const [processor] = cpus();
  return `${cpus().length} x ${processor?.model.trim() ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node.js ${process.versions.node}`;
}

/** The first column is text, the others are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_cell, index) => (index === 0 ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
