import { AsyncResource } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import pg from 'pg';
import { activeSpan } from '../observability/tracing/active-span.js';
import { isConnectionLoss } from './database-errors.js';
import type { PipelinedConnection } from './pipelined-connection.js';
import type { PreparedStatement } from './prepared-statement.js';
import type { GroupedStatement, NamedStatement } from './statement.js';

/** Bounds how long the first of a group waits for the last, and how much is done anew when one of them fails. */
const MAX_GROUP = 16;
/** How long a group waits for a row that somebody else has locked: those behind it in the group wait with it. */
export const LOCK_PATIENCE_MS = 50;

interface Waiting {
  readonly statement: GroupedStatement;
  /** Spans of statements belong to those who asked for them. */
  readonly isTraced: boolean;
  /** As a part of whoever asked for it. */
  readonly send: () => Promise<unknown[]>;
  readonly resolve: (rows: unknown[] | Promise<unknown[]>) => void;
  readonly reject: (error: unknown) => void;
}

const BEGIN = { name: 'begin-group', text: 'BEGIN', values: [] };
const COMMIT = { name: 'commit-group', text: 'COMMIT', values: [] };

/**
 * Commits together what is written at the same time: while one group is on its way, the next one gathers, and leaves as one
 * transaction in one write, by one statement where they can (ADR 83, ADR 87). A write that comes alone is sent as it is. A group in which any statement fails is undone, and its
 * writes are done one by one over the pool, each with its own outcome. So is what comes while there is no connection, or while
 * a whole group waits.
 */
export class GroupedWrites {
  private waiting: Waiting[] = [];
  private isUnderway = false;

  /** @param alone runs a statement over the pool */
  constructor(
    private readonly connection: PipelinedConnection,
    private readonly prepare: (statement: NamedStatement) => PreparedStatement,
    private readonly alone: (statement: NamedStatement) => Promise<unknown[]>,
  ) {}

  /** Never repeated once it may have been committed; fails as the pool's statements do. */
  run(statement: GroupedStatement): Promise<unknown[]> {
    if (this.waiting.length >= MAX_GROUP) return this.alone(statement);
    // Prepared before anything of its group is sent: what cannot be prepared must not leave a transaction open.
    const prepared = this.prepare(statement);
    const send = forCaller(() => this.connection.send(prepared));
    return new Promise((resolve, reject) => {
      const isTraced = activeSpan() !== undefined;
      this.waiting.push({ statement, isTraced, send, resolve, reject });
      if (!this.isUnderway) void this.runAll();
    });
  }

  /** After the last write. */
  async close(): Promise<void> {
    await this.connection.close();
  }

  private async runAll(): Promise<void> {
    this.isUnderway = true;
    // Whoever else asks in this turn of the event loop comes along.
    await nextTurn();
    while (this.waiting.length > 0) await this.runGroup(this.takeGroup());
    this.isUnderway = false;
  }

  private takeGroup(): readonly Waiting[] {
    const group = this.waiting[0]?.statement.group;
    const isOfGroup = ({ statement }: Waiting): boolean => statement.group === group;
    const taken = this.waiting.filter(isOfGroup);
    this.waiting = this.waiting.filter((each) => !isOfGroup(each));
    return taken.toSorted((a, b) => compare(a.statement.rank, b.statement.rank));
  }

  private async runGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.together(group);
      for (const [index, { statement, resolve }] of group.entries()) {
        resolve(outcomes?.[index] ?? this.alone(statement));
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  /**
   * @returns the rows of each; null when nothing was written
   * @throws when nobody knows whether it was, or the one write that there is was refused
   */
  private async together(group: readonly Waiting[]): Promise<readonly unknown[][] | null> {
    const isOne = group.length === 1;
    if (!this.connection.hasRoomFor(isOne ? 1 : group.length + 2)) return null;
    const several = isOne ? null : asOneStatement(group);
    const sent =
      several === null ? this.sendAll(group) : [this.connection.send(this.prepare(several))];
    const all = await Promise.allSettled(sent);
    const failures = all.filter((each) => each.status === 'rejected');
    if (failures.length === 0) return answersOf(group, await Promise.all(sent));
    const final = failures.find(({ reason }) => !isRefusal(reason) || (isOne && !isLocked(reason)));
    if (final !== undefined) throw final.reason;
    return null;
  }

  /** The answers to the writes come first. */
  private sendAll(group: readonly Waiting[]): Promise<unknown[]>[] {
    if (group.length === 1) return group.map(({ send }) => send());
    const begun = this.connection.send(this.prepare(BEGIN));
    const sent = group.map(({ send }) => send());
    return [...sent, begun, this.connection.send(this.prepare(COMMIT))];
  }
}

/** @returns null when they have to be written one after the other */
function asOneStatement(group: readonly Waiting[]): NamedStatement | null {
  const parts = group.flatMap(({ statement: { several } }) => several?.part ?? []);
  const ranks = new Set(group.map(({ statement }) => statement.rank));
  const isDistinct = parts.length === group.length && ranks.size === group.length;
  if (!isDistinct || group.some(({ isTraced }) => isTraced)) return null;
  return group[0]?.statement.several?.write(parts) ?? null;
}

/** Of each write: its own rows, or those of the one statement that have its rank. */
function answersOf(
  group: readonly Waiting[],
  answers: readonly (readonly unknown[])[],
): readonly unknown[][] {
  const [rows = []] = answers;
  if (answers.length >= group.length)
    return answers.slice(0, group.length).map((each) => [...each]);
  const byRank = new Map(group.map(({ statement }): [string, unknown[]] => [statement.rank, []]));
  for (const row of rows as readonly { readonly rank: string }[]) byRank.get(row.rank)?.push(row);
  return [...byRank.values()];
}

/** The server is there and says no: what the statement is a part of is undone. */
const isRefusal = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && !isConnectionLoss(error);

const LOCK_NOT_AVAILABLE = '55P03';
const isLocked = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE;

const compare = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1);

/** Where nothing is traced it makes no difference whose turn it is. */
const forCaller = <T>(work: () => T): (() => T) =>
  activeSpan() === undefined ? work : AsyncResource.bind(work);
