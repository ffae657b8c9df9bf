import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { outcomeOf, type Answer, type Client } from './client.js';
import { after, PROPERTY_KEYS, type Ledger, type LedgerEntry } from './ledger.js';
import type { Random } from './random.js';
import { Transfers } from './transfers.js';

export interface LoadOptions {
  /** Clients that write at the same time, each on images of its own. */
  readonly clients: number;
  /** Of each client between two requests. */
  readonly pauseMs: number;
  /** Where imports get their data; null makes no imports. */
  readonly source: ImportSource | null;
  readonly maxBytes?: number;
  /** How often a client brings data rather than changing records, of 1; 0.2 unless given. */
  readonly dataShare?: number;
}

export interface ImportSource {
  /** Serves new data under a new URL. */
  offer(): { readonly url: string; readonly md5: string };
}

const SMALLEST_CHUNK = 64 * 1024;
/** Large uploads take no longer than others. */
const MOST_CHUNKS = 64;
/** What sockets hold between the store, the service and a slow reader. */
const BUFFERED = 12_000_000;
/** Where nobody answers, asking on and on says nothing new. */
const AWAY_MS = 400;
const PATCH_TYPE = 'application/openstack-images-v2.1-json-patch';

/** A mixed load of creates, patches, uploads, imports, deletes and reads that writes down what it was told. */
export class Load {
  private isOver = false;
  private running: Promise<void>[] = [];
  /** What reads showed that no answer allowed. */
  readonly contradictions: string[] = [];
  readonly uploads = new Transfers();
  readonly downloads = new Transfers(BUFFERED);

  constructor(
    private readonly client: Client,
    private readonly ledger: Ledger,
    private readonly random: Random,
    private readonly options: LoadOptions,
  ) {}

  start(): void {
    this.isOver = false;
    this.running = Array.from({ length: this.options.clients }, () => this.run());
  }

  /** Every request that was begun is answered by then, or broken. */
  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.running);
  }

  private async run(): Promise<void> {
    const own: LedgerEntry[] = [];
    while (!this.isOver) {
      const brokenBefore = this.client.tally.broken;
      await this.step(own);
      const isAway = this.client.tally.broken > brokenBefore;
      await sleep(isAway ? AWAY_MS : this.options.pauseMs * (0.5 + this.random.next()));
    }
  }

  private async step(own: LedgerEntry[]): Promise<void> {
    const there = own.filter(({ isSurelyGone }) => !isSurelyGone);
    const dice = this.random.next();
    if (there.length < 3 || dice < 0.2) {
      await this.create(own);
      return;
    }
    const entry = this.random.pick(there);
    this.ledger.touched.add(entry);
    const wantsData = !entry.mayHaveData && this.random.next() < (this.options.dataShare ?? 0.2);
    if (entry.exists.size > 1) await this.repeat(entry);
    else if (wantsData) await this.bringData(entry);
    else if (dice < 0.55) await this.patch(entry);
    else if (dice < 0.63) await this.remove(entry);
    else await this.read(entry);
  }

  /** What a client does that got no answer: the repeat tells what became of the first one. */
  private async repeat(entry: LedgerEntry): Promise<void> {
    if (entry.isDeleted) {
      const { status } = await this.client.send('DELETE', `/image/v2/images/${entry.id}`);
      if (status === 204 || status === 404) entry.exists = new Set([false]);
    } else {
      const { status } = await this.add(entry);
      if (status === 201 || status === 409) entry.exists = new Set([true]);
    }
  }

  private async create(own: LedgerEntry[]): Promise<void> {
    const entry = this.ledger.add();
    own.push(entry);
    entry.exists = after(entry.exists, true, outcomeOf(await this.add(entry)));
  }

  private add(entry: LedgerEntry): Promise<Answer> {
    const body = {
      id: entry.id,
      name: 'under fault',
      disk_format: 'raw',
      container_format: 'bare',
    };
    return this.client.send('POST', '/image/v2/images', { body: JSON.stringify(body) });
  }

  private async patch(entry: LedgerEntry): Promise<void> {
    const key = this.random.pick(PROPERTY_KEYS);
    const value = randomBytes(4).toString('hex');
    const body = JSON.stringify([{ op: 'add', path: `/${key}`, value }]);
    const path = `/image/v2/images/${entry.id}`;
    const answer = await this.client.send('PATCH', path, { body, type: PATCH_TYPE });
    const before = entry.properties.get(key) ?? new Set();
    entry.properties.set(key, after(before, value, outcomeOf(answer)));
  }

  private async remove(entry: LedgerEntry): Promise<void> {
    entry.isDeleted = true;
    const answer = await this.client.send('DELETE', `/image/v2/images/${entry.id}`);
    entry.exists = after(entry.exists, false, outcomeOf(answer));
  }

  private async bringData(entry: LedgerEntry): Promise<void> {
    const { source } = this.options;
    if (source !== null && this.random.next() < 0.3) await this.import(entry, source);
    else await this.upload(entry);
  }

  /** Slowly enough for something to happen meanwhile. */
  private async upload(entry: LedgerEntry): Promise<void> {
    const bytes = randomBytes(this.random.between(1, this.options.maxBytes ?? 1_000_000));
    const pause = this.random.between(0, 40);
    const transfer = this.uploads.begin(bytes.length);
    const chunk = Math.max(SMALLEST_CHUNK, Math.ceil(bytes.length / MOST_CHUNKS));
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      while (transfer.moved < bytes.length) {
        yield bytes.subarray(transfer.moved, transfer.moved + chunk);
        transfer.moved += chunk;
        await sleep(pause);
      }
    };
    const path = `/image/v2/images/${entry.id}/file`;
    const answer = await this.client.send('PUT', path, {
      body: chunks(),
      type: 'application/octet-stream',
    });
    const outcome = outcomeOf(answer);
    this.uploads.end(transfer, outcome === 'done');
    const md5 = createHash('md5').update(bytes).digest('hex');
    entry.data = after(entry.data, md5, outcome);
  }

  /** Accepted is not done: it may end either way, but it ends. */
  private async import(entry: LedgerEntry, source: ImportSource): Promise<void> {
    const { url, md5 } = source.offer();
    const body = JSON.stringify({ method: { name: 'web-download', uri: url } });
    const answer = await this.client.send('POST', `/image/v2/images/${entry.id}/import`, { body });
    if (outcomeOf(answer) !== 'refused') entry.data = after(entry.data, md5, 'unknown');
  }

  /** Reads show what was written, at once. */
  private async read(entry: LedgerEntry): Promise<void> {
    const shown = await this.client.show(entry.id);
    if (shown === undefined) return;
    for (const wrong of entry.compare(shown)) this.contradictions.push(`${entry.id} ${wrong}`);
    if (shown?.['status'] !== 'active') return;
    const md5 = await this.download(entry.id, Number(shown['size']));
    if (md5 !== undefined && md5 !== shown['checksum']) {
      this.contradictions.push(`${entry.id} delivers other bytes than it says`);
    }
  }

  private async download(id: string, bytes: number): Promise<string | undefined> {
    const pause = this.random.between(0, 10);
    const transfer = this.downloads.begin(bytes);
    const md5 = await this.client.download(id, async (arrived) => {
      transfer.moved += arrived;
      await sleep(pause);
    });
    this.downloads.end(transfer, md5 !== undefined);
    return md5;
  }
}
