import { describe, expect, it } from '@jest/globals';
import { EventHorizon } from './event-horizon.js';
import { EventLog } from './ports/event-log.js';

/** A database with open transactions, which only end when they are told to. */
class ScriptedLog extends EventLog {
  private lastId = 0n;
  private nextTransaction = 100n;
  private readonly open = new Set<bigint>();
  fences = 0;

  /** A transaction that has been given the next id. @returns its number */
  begin(): bigint {
    this.lastId += 1n;
    this.nextTransaction += 1n;
    this.open.add(this.nextTransaction);
    return this.nextTransaction;
  }

  end(transaction: bigint): void {
    this.open.delete(transaction);
  }

  override look(): Promise<{ lastId: bigint; oldestOpen: bigint }> {
    const oldestOpen = [...this.open].toSorted((a, b) => Number(a - b))[0];
    return Promise.resolve({
      lastId: this.lastId,
      oldestOpen: oldestOpen ?? this.nextTransaction + 1n,
    });
  }

  override fence(): Promise<bigint> {
    this.fences += 1;
    this.nextTransaction += 1n;
    return Promise.resolve(this.nextTransaction);
  }

  override read(): Promise<readonly []> {
    return Promise.resolve([]);
  }
}

describe('EventHorizon', () => {
  it('passes an id when every transaction has ended that may hold it or a lower one', async () => {
    const log = new ScriptedLog();
    const horizon = new EventHorizon(log);
    const first = log.begin();
    const second = log.begin();
    log.end(second);

    expect(await horizon.advance()).toBeNull();
    log.end(first);
    expect(await horizon.advance()).toBe(2n);
  });

  it('does not wait for transactions that began later', async () => {
    const log = new ScriptedLog();
    const horizon = new EventHorizon(log);
    const first = log.begin();
    await horizon.advance();
    const second = log.begin();
    log.end(first);

    expect(await horizon.advance()).toBe(1n);
    expect(await horizon.advance()).toBe(1n);
    log.end(second);
    expect(await horizon.advance()).toBe(2n);
  });

  it('takes no transaction number while nothing changes', async () => {
    const log = new ScriptedLog();
    const horizon = new EventHorizon(log);
    log.end(log.begin());
    for (let looks = 0; looks < 10; looks += 1) await horizon.advance();

    expect(log.fences).toBe(1);
  });

  it('knows an empty log at once', async () => {
    expect(await new EventHorizon(new ScriptedLog()).advance()).toBe(0n);
  });
});
