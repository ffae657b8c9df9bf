// Runs in a worker thread: one digest or signature per run, over memory that it shares with the thread that fills it.
import { constants, createHash, createVerify } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

/** @type {Map<number, { memory: Uint8Array, update: (bytes: Uint8Array) => void, result: () => string }>} */
const runs = new Map();

function digesting(algorithm) {
  const hash = createHash(algorithm);
  return { update: (bytes) => hash.update(bytes), result: () => hash.digest('hex') };
}

function verifying({ value, hashAlgorithm, isPss, publicKey }) {
  const verify = createVerify(hashAlgorithm);
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_AUTO: saltLength } = constants;
  const key = isPss ? { key: publicKey, padding, saltLength } : publicKey;
  const result = () => {
    try {
      return verify.verify(key, value) ? 'genuine' : 'forged';
    } catch {
      // A signature that is no signature at all; the thread has other runs.
      return 'forged';
    }
  };
  return { update: (bytes) => verify.update(bytes), result };
}

const handlers = {
  start({ run, computation: { algorithm, signature }, memory }) {
    const computing = signature === undefined ? digesting(algorithm) : verifying(signature);
    runs.set(run, { memory: new Uint8Array(memory), ...computing });
  },
  update({ run, offset, length }) {
    const started = runs.get(run);
    started?.update(started.memory.subarray(offset, offset + length));
    parentPort.postMessage({ run, offset });
  },
  finish({ run }) {
    parentPort.postMessage({ run, digest: runs.get(run)?.result() });
    runs.delete(run);
  },
  discard({ run }) {
    runs.delete(run);
  },
};

parentPort.on('message', (message) => handlers[message.kind](message));
