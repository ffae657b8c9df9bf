import { newTally, type Client } from './client.js';
import { Ledger } from './ledger.js';
import { Load, type LoadOptions } from './load.js';
import type { Random } from './random.js';
import type { Transfers } from './transfers.js';
import type { World } from './world.js';

/** What one round came to: columns of the table. Those that end in `ms` are shown as their largest, others as sums. */
export type Row = Readonly<Record<string, number>>;

export interface Running {
  round(): Promise<Row>;
  /** When all rounds are over and leases have had their time. */
  settle?(): Promise<Row>;
  close(): Promise<void>;
}

export interface Need {
  /** As the subject of "... cannot be had". */
  readonly what: string;
  isMet(): Promise<boolean>;
}

export interface Scenario {
  /** What is done to whom, in one line. */
  readonly summary: string;
  /** Unless told otherwise. */
  readonly rounds: number;
  /** What the machine must have, where that is more than Node.js. */
  readonly need?: Need;
  open(random: Random, note: Note): Promise<Running>;
}

/** Tells the reader of the program about something that is not as it must be. */
export type Note = (line: string) => void;

/** Leases end after 30 s and are swept each 10 s; data of killed uploads is gone by then. */
const GRACE_SECONDS = 120;
const SETTLE_SECONDS = 1;
const RESOLVED_MS = 90_000;

/** A load, the ledger of what it was told, and the proof that all of it is true. */
export class Witness {
  readonly ledger = new Ledger();
  private readonly load: Load;

  constructor(
    private readonly world: World,
    private readonly client: Client,
    random: Random,
    options: LoadOptions & { readonly note: Note },
  ) {
    this.note = options.note;
    this.load = new Load(client, this.ledger, random, options);
  }

  private readonly note: Note;

  get uploads(): Transfers {
    return this.load.uploads;
  }

  get downloads(): Transfers {
    return this.load.downloads;
  }

  start(): void {
    this.client.tally = newTally();
    this.load.start();
  }

  /** Ends the load and compares, with the checker too. @returns the columns that every scenario has */
  async check(): Promise<Row> {
    await this.load.stop();
    const { answered, acknowledged, unavailable, broken, improper } = this.client.tally;
    for (const oddity of this.client.oddities) this.note(oddity);
    this.client.oddities.clear();
    const lost = (await this.compare()) + this.load.contradictions.length;
    for (const wrong of this.load.contradictions.splice(0)) this.note(wrong);
    const findings = this.told(await this.world.verify(GRACE_SECONDS));
    return { answered, acknowledged, unavailable, broken, improper, lost, findings };
  }

  /** Waits until nothing is on its way any more, and looks at everything with every byte read. */
  async settle(): Promise<Row> {
    const deadline = performance.now() + RESOLVED_MS;
    const underWay = `SELECT count(*)::integer AS n FROM images
      WHERE status IN ('saving', 'importing', 'uploading') AND deleted_at IS NULL`;
    const queued = 'SELECT count(*)::integer AS n FROM image_data_removals';
    let left = 1;
    while (left > 0 && performance.now() < deadline) {
      const counts = await Promise.all(
        [underWay, queued].map((sql) => this.world.query<{ n: number }>(sql)),
      );
      left = counts.flat().reduce((sum, { n }) => sum + n, 0);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    if (left > 0) this.note(`${left} images or removals are still on their way`);
    for (const entry of this.ledger.entries) this.ledger.touched.add(entry);
    const lost = await this.compare();
    const findings = await this.untilTidy();
    return { stuck: left, lost, findings };
  }

  /** What belongs to nobody is removed when the service compares its stores with its records. */
  private async untilTidy(): Promise<number> {
    const deadline = performance.now() + RESOLVED_MS;
    for (;;) {
      const found = await this.world.verify(SETTLE_SECONDS, '--hashes');
      if (found.length === 0 || performance.now() >= deadline) return this.told(found);
      await new Promise((resolve) => setTimeout(resolve, 5000));
    }
  }

  /** What another witness was told must show here, too. @returns how much does not */
  async seeAll(other: Witness): Promise<number> {
    for (const entry of other.ledger.entries) other.ledger.touched.add(entry);
    return other.compare(this.client);
  }

  private async compare(client = this.client): Promise<number> {
    let lost = 0;
    for (const entry of this.ledger.touched) {
      const shown = await client.show(entry.id);
      const wrong = shown === undefined ? ['cannot be shown'] : entry.compare(shown);
      for (const what of wrong) this.note(`${entry.id} ${what}`);
      lost += wrong.length;
    }
    this.ledger.touched.clear();
    return lost;
  }

  private told(findings: readonly string[]): number {
    for (const line of findings) this.note(line);
    return findings.length;
  }
}
