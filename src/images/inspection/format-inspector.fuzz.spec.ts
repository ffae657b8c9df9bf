import { describe, expect, it } from '@jest/globals';
import { imageFixture } from '../../../test/support/image-fixtures.js';
import { FormatInspector } from './format-inspector.js';
import { judge } from './judgement.js';

const INPUTS = 100_000;
const LIMIT_MS = 50;
const CHUNK_BYTES = 4096;
/** As far as any header or table of the fixtures reaches. */
const HEAD_BYTES = { 'dynamic.vhdx': 3200 * 1024, others: 128 * 1024 };
const FIXTURES = [
  'plain.qcow2',
  'extended-l2.qcow2',
  'data-file-raw.qcow2',
  'plain.qed',
  'monolithic-sparse.vmdk',
  'stream-optimized.vmdk',
  'monolithic-flat.vmdk',
  'dynamic.vhd',
  'dynamic.vhdx',
  'dynamic.vdi',
  'hybrid.iso',
  'luks-1.luks',
  'gpt.raw',
];
/** Where headers, tables and descriptors live; mutations elsewhere would say little. */
const PLACES = [0, 0, 0, 72, 104, 446, 510, 512, 600, 1024, 32_768, 196_608, 3_145_728, 3_211_264];
const VALUES = [0, 1, 0x7f, 0x80, 0xff, 0x2f, 0x0a, 0x22];

/** Mulberry32: the same inputs on every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Chunks = readonly Uint8Array[];

const originals: readonly Chunks[] = FIXTURES.map((name) => {
  const isDeep = name === 'dynamic.vhdx';
  const content = imageFixture(name).subarray(0, HEAD_BYTES[isDeep ? name : 'others']);
  const count = Math.ceil(content.byteLength / CHUNK_BYTES);
  return Array.from({ length: count }, (_, index) =>
    content.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
  );
});

function mutated(original: Chunks, below: (limit: number) => number): Chunks {
  const chunks = [...original];
  for (let left = 1 + below(8); left > 0; left -= 1) overwriteIn(chunks, below);
  return below(4) > 0 ? chunks : cutOff(chunks, below);
}

function overwriteIn(chunks: Uint8Array[], below: (limit: number) => number): void {
  const at = (PLACES[below(PLACES.length)] ?? 0) + below(128);
  const index = Math.floor(at / CHUNK_BYTES);
  const chunk = chunks[index];
  if (chunk === undefined) return;
  const value = below(2) === 0 ? below(256) : (VALUES[below(VALUES.length)] ?? 0);
  const length = 1 + below(below(8) === 0 ? 64 : 8);
  chunks[index] = Uint8Array.from(chunk).fill(value, at % CHUNK_BYTES, (at % CHUNK_BYTES) + length);
}

/** Ends early, and every other time goes on as the head of another image. */
function cutOff(chunks: Chunks, below: (limit: number) => number): Chunks {
  const last = chunks.length - 1 - below(chunks.length);
  const cut = chunks[last]?.subarray(0, below(CHUNK_BYTES)) ?? new Uint8Array();
  const other = originals[below(originals.length)]?.[0] ?? new Uint8Array();
  return [...chunks.slice(0, last), cut, ...(below(2) === 0 ? [other] : [])];
}

function inspect(chunks: Chunks): string {
  const inspector = new FormatInspector();
  let bytes = 0;
  for (const chunk of chunks) {
    inspector.update(chunk);
    bytes += chunk.byteLength;
  }
  inspector.finish();
  const verdict = judge(inspector.findings, BigInt(bytes), {
    diskFormat: 'qcow2',
    containerFormat: 'bare',
    requireMatch: true,
    rawStrict: true,
  });
  return verdict.isAccepted ? 'accepted' : verdict.reason;
}

/** Of the processor, the best of ten: on a busy machine a pause says nothing about the input. */
function milliseconds(chunks: Chunks): number {
  const tries = Array.from({ length: 10 }, () => {
    const start = process.cpuUsage();
    inspect(chunks);
    return process.cpuUsage(start).user / 1000;
  });
  return Math.min(...tries);
}

describe('FormatInspector', () => {
  it('comes to a verdict on 100 000 hostile inputs, on none in more than 50 ms (S-61)', () => {
    const below = randomFrom(20_261_122);
    const outcomes = new Set<string>();
    let slowest = 0;
    for (let count = 0; count < INPUTS; count += 1) {
      const chunks = mutated(originals[count % originals.length] ?? [], below);
      const start = performance.now();
      outcomes.add(inspect(chunks));
      const isSlow = performance.now() - start > LIMIT_MS;
      if (isSlow) slowest = Math.max(slowest, milliseconds(chunks));
    }
    expect(slowest).toBeLessThan(LIMIT_MS);
    // The inputs are worth something only if they reach the depths of the readers.
    expect(outcomes.size).toBeGreaterThan(30);
    expect(outcomes).toContain('accepted');
    expect(outcomes).toContain('The qcow2 data has a backing file.');
    expect(outcomes).toContain('The vhdx data has a parent disk.');
    expect(outcomes).toContain('The vmdk data has a descriptor that is not understood.');
  }, 180_000);
});
