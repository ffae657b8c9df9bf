import type { LoadOptions } from '../images/transfer/batch-writer.js';
import { LoadImages, NOTHING_LOADED, type LoadResult } from '../images/transfer/load-images.js';
import { UsageError, type Command, type Invocation, type Terminal } from './command.js';
import { withCatalog } from './catalog.js';
import { openInput, type Input } from './input.js';
import { images, LoadReport, summary } from './load-report.js';
import { ProgressBar, type Progress } from './progress-bar.js';

export const loadCommand: Command = {
  summary: 'load image documents into the catalog',
  usage: 'FILE... [--replace] [--strict]',
  details: `Reads image documents in the Image API's own JSON, keeping id, status, owner, size, checksums, dates, tags,
members and all properties. A FILE holds one document, one per line, an array of them, or the API's list
document; it may be compressed with gzip. "-" is standard input.
Loading the same again changes nothing. A bad document is reported with its line and left out.

Exit code: 0 all loaded, 1 some documents were bad or the database failed, 2 wrong usage or unreadable file.`,
  options: {
    replace: { type: 'boolean', summary: 'overwrite images that exist and differ' },
    strict: { type: 'boolean', summary: 'load nothing at all if one document is bad' },
  },
  run: runLoad,
};

async function runLoad({ positionals, options }: Invocation, terminal: Terminal): Promise<number> {
  if (positionals.length === 0) throw new UsageError('Which FILE? "-" is standard input.');
  const inputs = await Promise.all(positionals.map((path) => openInput(path, terminal)));
  const choice = { replace: options['replace'] === true, strict: options['strict'] === true };
  const { counts } = await withCatalog(terminal, (client) =>
    load(new LoadImages(client), inputs, choice, terminal),
  );
  return counts.bad > 0 ? 1 : 0;
}

async function load(
  loadImages: LoadImages,
  inputs: readonly Input[],
  options: LoadOptions,
  { stdout, stderr }: Terminal,
): Promise<LoadResult> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  let counts = NOTHING_LOADED;
  const bar = new ProgressBar(stderr, () => ({
    seconds: seconds(),
    images: images(counts),
    ...bytesOf(inputs),
  }));
  const report = new LoadReport(inputs.length > 1, (line) => {
    bar.print(line);
  });
  const close = (outcome: string, result: LoadResult): void => {
    report.close();
    bar.stop();
    stdout.write(`${outcome}${summary(result, seconds(), options.replace)}\n`);
  };
  bar.start();
  try {
    const result = await loadImages.execute(inputs, options, {
      problem: (problem) => {
        report.problem(problem);
      },
      progress: (now) => {
        counts = now;
      },
    });
    close('', result);
    return result;
  } catch (error) {
    // What finished batches loaded stays, except in a strict load.
    close('Stopped. ', { counts, isRolledBack: options.strict });
    throw error;
  }
}

function bytesOf(inputs: readonly Input[]): Pick<Progress, 'done' | 'total'> {
  let done = 0;
  let total: number | null = 0;
  for (const input of inputs) {
    done += input.bytesRead();
    total = input.size === null || total === null ? null : total + input.size;
  }
  return { done, total };
}
