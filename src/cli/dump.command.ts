import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { DumpImages } from '../images/transfer/dump-images.js';
import {
  CommandError,
  UsageError,
  type Command,
  type Invocation,
  type Terminal,
} from './command.js';
import { resolvePath, withCatalog } from './catalog.js';
import { grouped, ProgressBar, type Progress } from './progress-bar.js';

export const dumpCommand: Command = {
  summary: 'write the catalog as image documents',
  usage: '[FILE]',
  details: `Writes every image that is not deleted as one line in the Image API's own JSON, with its members: to FILE,
compressed if its name ends in .gz, or to standard output. "load" reads it back. The lines are of one
moment even while the service is being used, and always in the same order.`,
  options: {},
  run: runDump,
};

async function runDump({ positionals }: Invocation, terminal: Terminal): Promise<number> {
  const [path = '-', ...more] = positionals;
  if (more.length > 0) throw new UsageError('Only one FILE can be written.');
  const { stdout, stderr } = terminal;
  await withCatalog(terminal, async (client) => {
    const dump = new ObservedDump(new DumpImages(client), stderr);
    if (path === '-') return toStdout(dump.lines(stdout.isTTY !== true), stdout);
    await toFile(dump.lines(true), resolvePath(path, terminal));
    stdout.write(`${dump.summary()}\n`);
  });
  return 0;
}

/** The lines of a dump, counted on their way, with a progress bar where it does not get between them. */
class ObservedDump {
  private readonly started = performance.now();
  private images = 0;
  private total: number | null = null;

  constructor(
    private readonly dumpImages: DumpImages,
    private readonly stderr: Terminal['stderr'],
  ) {}

  async *lines(showsProgress: boolean): AsyncGenerator<string> {
    const bar = new ProgressBar(this.stderr, () => this.progress());
    if (showsProgress) bar.start();
    try {
      for await (const lines of this.dumpImages.execute((total) => (this.total = total))) {
        this.images += lines.length;
        yield lines.join('');
      }
    } finally {
      bar.stop();
    }
  }

  summary(): string {
    const { images, seconds } = this.progress();
    return `${grouped(images)} images in ${seconds.toFixed(1)} s (${grouped(images / seconds)} images/s)`;
  }

  private progress(): Progress {
    const { images, total } = this;
    return { images, seconds: (performance.now() - this.started) / 1000, done: images, total };
  }
}

/** Whoever reads the dump may stop reading at any line: `dump | head`. */
async function toStdout(lines: AsyncIterable<string>, stdout: Terminal['stdout']): Promise<void> {
  try {
    await pipeline(Readable.from(lines), stdout);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code !== 'EPIPE' && code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

/** The file appears when it is complete; like the catalog, it is not for everybody's eyes. */
async function toFile(lines: AsyncIterable<string>, path: string): Promise<void> {
  const draft = `${path}.partial`;
  const file = createWriteStream(draft, { mode: 0o600, flush: true });
  const target = path.endsWith('.gz') ? [createGzip(), file] : [file];
  let databaseError: unknown;
  const source = async function* (): AsyncGenerator<string> {
    try {
      yield* lines;
    } catch (error) {
      databaseError = error;
      throw error;
    }
  };
  try {
    await pipeline([Readable.from(source()), ...target]);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    if (error === databaseError) throw error;
    throw new CommandError(`Cannot write ${path}: ${(error as Error).message}.`, 2);
  }
}
