// Runs in a worker thread: one hash per run, over memory that it shares with the thread that fills it.
import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

/** @type {Map<number, { memory: Uint8Array, hash: import('node:crypto').Hash }>} */
const runs = new Map();

const handlers = {
  start({ run, algorithm, memory }) {
    runs.set(run, { memory: new Uint8Array(memory), hash: createHash(algorithm) });
  },
  update({ run, offset, length }) {
    const started = runs.get(run);
    started?.hash.update(started.memory.subarray(offset, offset + length));
    parentPort.postMessage({ run, offset });
  },
  finish({ run }) {
    parentPort.postMessage({ run, digest: runs.get(run)?.hash.digest('hex') });
    runs.delete(run);
  },
  discard({ run }) {
    runs.delete(run);
  },
};

parentPort.on('message', (message) => handlers[message.kind](message));
