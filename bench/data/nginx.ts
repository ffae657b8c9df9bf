import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answering, freePort } from '../programs.js';
import type { Closers, Target } from '../stage.js';

const PROGRAM = 'nginx';

/** One process that serves files with sendfile and takes them by WebDAV's PUT; it does not flush them. */
const configuration = (directory: string, port: number): string => `
daemon off; master_process off; pid ${directory}/nginx.pid; error_log ${directory}/error.log;
events {}
http {
  access_log off; sendfile on; tcp_nopush on; client_max_body_size 0;
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi; uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;
  server { listen 127.0.0.1:${port}; root ${directory}/files; location / { dav_methods PUT; } }
}
`;

/** @returns null where there is no nginx with WebDAV */
export async function startNginx(
  directory: string,
  closers: Closers,
): Promise<(Target & { readonly version: string }) | null> {
  const { stderr, error } = spawnSync(PROGRAM, ['-V'], { encoding: 'utf8' });
  if (error !== undefined || !stderr.includes('http_dav_module')) return null;
  await mkdir(join(directory, 'files'), { recursive: true });
  const port = await freePort();
  const file = join(directory, 'nginx.conf');
  await writeFile(file, configuration(directory, port));
  const child = spawn(PROGRAM, ['-p', directory, '-c', file], { stdio: 'ignore' });
  closers.push(async () => {
    if (child.exitCode === null && child.kill()) await once(child, 'close');
  });
  const origin = `http://127.0.0.1:${port}`;
  await answering(origin);
  return { origin, pid: child.pid ?? 0, version: /nginx\/(\S+)/.exec(stderr)?.[1] ?? '' };
}
