import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate, type CertificateExtension } from 'selfsigned';

export interface Certificate {
  /** PEM; its own authority. */
  readonly cert: string;
  readonly key: string;
}

/** A new certificate for this machine's loopback names. */
export async function makeCertificate(commonName = 'localhost'): Promise<Certificate> {
  const subject = [{ name: 'commonName', value: commonName }];
  const extensions = [
    { name: 'basicConstraints', cA: true, critical: true },
    {
      name: 'subjectAltName',
      altNames: [
        { type: 2, value: 'localhost' },
        { type: 7, ip: '127.0.0.1' },
      ],
    },
  ] satisfies CertificateExtension[];
  const made = await generate(subject, { keyType: 'ec', extensions });
  return { cert: made.cert, key: made.private };
}

/** @returns the paths of both files */
export async function writeCertificate(directory: string, { cert, key }: Certificate) {
  const files = {
    certificateFile: join(directory, 'tls.crt'),
    keyFile: join(directory, 'tls.key'),
  };
  await writeFile(files.certificateFile, cert);
  await writeFile(files.keyFile, key, { mode: 0o600 });
  return files;
}
