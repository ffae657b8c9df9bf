// Uploads zeros to a running service and reports its resident memory: node scripts/upload-memory.mjs PID BYTES
// with OS_AUTH_TOKEN and the origin in CATALOG_ORIGIN. Linux only: reads /proc/PID/status.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const [pid = '', bytesText = '1073741824'] = process.argv.slice(2);
const { CATALOG_ORIGIN: origin, OS_AUTH_TOKEN: token } = process.env;
const bytes = Number(bytesText);
const chunk = Buffer.alloc(1024 * 1024);

const residentMiB = () => {
  const [, kib = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kib) / 1024);
};

const created = await fetch(`${origin}/image/v2/images`, {
  method: 'POST',
  headers: { 'x-auth-token': token },
  body: JSON.stringify({ disk_format: 'raw', container_format: 'bare' }),
});
const { id } = await created.json();

function* zeros() {
  for (let sent = 0; sent < bytes; sent += chunk.length) {
    yield chunk.subarray(0, Math.min(chunk.length, bytes - sent));
  }
}

const before = residentMiB();
let peak = before;
const timer = setInterval(() => (peak = Math.max(peak, residentMiB())), 50);
const start = performance.now();
const upload = request(`${origin}/image/v2/images/${id}/file`, {
  method: 'PUT',
  headers: { 'x-auth-token': token, 'content-type': 'application/octet-stream' },
});
const answered = new Promise((resolve, reject) => {
  upload.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
});
await pipeline(Readable.from(zeros()), upload);
const status = await answered;
clearInterval(timer);
const seconds = (performance.now() - start) / 1000;
console.log({
  id,
  status,
  seconds: Math.round(seconds * 10) / 10,
  before,
  peak,
  growth: peak - before,
});
