import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { Server as TlsServer } from 'node:tls';
import { BackgroundWork } from '../../kernel/background-work.js';
import { readTlsIdentity, type TlsSettings } from '../config/tls-settings.js';
import { complain } from './console.js';

const EVERY_MS = 60_000;

/**
 * Looks every minute whether the certificate was renewed; new connections get the new one, none is cut. Files that
 * do not go together, such as when only one was written yet, leave the old one in use.
 * @returns how to end it
 */
export function renewCertificate(
  server: HttpServer | HttpsServer,
  settings: TlsSettings | null,
  everyMs = EVERY_MS,
): () => Promise<void> {
  if (settings === null || !(server instanceof TlsServer)) return () => Promise.resolve();
  const work = new BackgroundWork((error) => {
    complain(error instanceof Error ? error.message : String(error));
  });
  let { cert: current } = readTlsIdentity(settings);
  work.every(everyMs, () => {
    const identity = readTlsIdentity(settings);
    if (!identity.cert.equals(current)) server.setSecureContext({ ...identity, ...TLS_VERSIONS });
    current = identity.cert;
    return Promise.resolve();
  });
  return () => work.stop();
}

/** RFC 9325, 3.1.1: nothing older than 1.2. */
export const TLS_VERSIONS = { minVersion: 'TLSv1.2' } as const;
