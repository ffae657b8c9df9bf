import pg from 'pg';
import type { LoadOptions } from '../../src/images/transfer/batch-writer.js';
import { DumpImages } from '../../src/images/transfer/dump-images.js';
import {
  LoadImages,
  type LoadCounts,
  type LoadProblem,
  type LoadResult,
} from '../../src/images/transfer/load-images.js';
import { toolClient } from '../../src/platform/database/tool-connection.js';

/** One connection for the time of some work, as the command line has it. */
export async function withTool<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = toolClient(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export interface Loaded extends LoadResult {
  readonly problems: readonly LoadProblem[];
}

/** Loads a text, or documents one per line. */
export function load(
  url: string,
  input: string | AsyncIterable<Buffer> | readonly object[],
  options: Partial<LoadOptions> & { readonly progress?: (counts: LoadCounts) => void } = {},
): Promise<Loaded> {
  return withTool(url, async (client) => {
    const problems: LoadProblem[] = [];
    const result = await new LoadImages(client).execute(
      [{ name: 'input', bytes: bytesOf(input) }],
      { replace: false, strict: false, ...options },
      {
        problem: (problem) => problems.push(problem),
        progress: (counts) => options.progress?.(counts),
      },
    );
    return { ...result, problems };
  });
}

export function dump(url: string): Promise<string> {
  return withTool(url, async (client) => {
    let text = '';
    for await (const lines of new DumpImages(client).execute()) text += lines.join('');
    return text;
  });
}

export async function query<Row>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  return withTool(url, async (client) => (await client.query(sql, values)).rows as Row[]);
}

function bytesOf(input: string | AsyncIterable<Buffer> | readonly object[]): AsyncIterable<Buffer> {
  if (typeof input === 'object' && Symbol.asyncIterator in input) return input;
  const text =
    typeof input === 'string' ? input : input.map((item) => JSON.stringify(item)).join('\n');
  return (async function* () {
    yield Buffer.from(text);
  })();
}
