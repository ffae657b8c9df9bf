import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { z } from 'zod';
import { StartupError } from '../lifecycle/startup-error.js';

/** The keys about TLS, for the schema of the environment. */
export const tlsShape = {
  CATALOG_TLS_CERTIFICATE_FILE: z.string().optional(),
  CATALOG_TLS_KEY_FILE: z.string().optional(),
};

type TlsEnvironment = z.infer<z.ZodObject<typeof tlsShape>>;

/** Files in PEM form. */
export interface TlsSettings {
  /** The certificate, followed by those that lead to its authority. */
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface TlsIdentity {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * @returns null without TLS
 * @throws StartupError when one file is named without the other, or they cannot be used
 */
export function tlsSettings(env: TlsEnvironment): TlsSettings | null {
  const { CATALOG_TLS_CERTIFICATE_FILE: certificateFile, CATALOG_TLS_KEY_FILE: keyFile } = env;
  if (certificateFile === undefined && keyFile === undefined) return null;
  if (certificateFile === undefined || keyFile === undefined) {
    throw new StartupError(
      'Bad setting CATALOG_TLS_CERTIFICATE_FILE, CATALOG_TLS_KEY_FILE: both or none.',
    );
  }
  const settings = { certificateFile, keyFile };
  readTlsIdentity(settings);
  return settings;
}

/**
 * Reads both files as they are now.
 * @throws StartupError naming the file that cannot be read, or both where they do not go together
 */
export function readTlsIdentity({ certificateFile, keyFile }: TlsSettings): TlsIdentity {
  const cert = read('CATALOG_TLS_CERTIFICATE_FILE', certificateFile);
  const key = read('CATALOG_TLS_KEY_FILE', keyFile);
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw new StartupError(
      `CATALOG_TLS_CERTIFICATE_FILE, CATALOG_TLS_KEY_FILE: ${certificateFile} and ${keyFile} are not a certificate and its key.`,
      { cause },
    );
  }
  return { cert, key };
}

function read(setting: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new StartupError(`${setting}: cannot read ${file}.`, { cause });
  }
}
