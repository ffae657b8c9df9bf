import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import tls from 'node:tls';
import { renewCertificate } from '../../../src/platform/lifecycle/renew-certificate.js';
import {
  makeCertificate,
  writeCertificate,
  type Certificate,
} from '../../support/tls-certificates.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { until } from '../../support/processes.js';
import { Sandbox } from '../../support/sandbox.js';

jest.setTimeout(120_000);

const sandbox = new Sandbox();
let database: TestDatabase;
let certificate: Certificate;
beforeAll(async () => {
  database = await createTestDatabase();
  certificate = await makeCertificate();
});
afterAll(async () => {
  await sandbox.close();
  await database.drop();
});

async function get(url: string, ca: string) {
  const [reply] = (await once(https.get(url, { ca, agent: false }), 'response')) as [
    http.IncomingMessage,
  ];
  return { status: reply.statusCode, body: await text(reply) };
}

describe('the service with a certificate', () => {
  let origin: URL;
  let complaint: () => string;
  beforeAll(async () => {
    const directory = await sandbox.dataDir();
    const files = await writeCertificate(directory, certificate);
    const service = sandbox.start({
      DATABASE_URL: database.serviceUrl,
      CATALOG_MIGRATE: 'off',
      CATALOG_DATA_DIR: directory,
      CATALOG_TLS_CERTIFICATE_FILE: files.certificateFile,
      CATALOG_TLS_KEY_FILE: files.keyFile,
    });
    const [, said] = await service.said(/listening on (https:\S+)/);
    origin = new URL(said ?? '');
    complaint = () => service.complaint;
  });

  it('speaks HTTPS, and says so in its links', async () => {
    const { status, body } = await get(`${origin.href}image/`, certificate.cert);
    expect(status).toBe(300);
    expect(body).toContain(`"href":"https://${origin.host}/image/v2/"`);
  });

  it('speaks nothing else, and nothing older than TLS 1.2', async () => {
    const plain = http.get(`http://${origin.host}/readyz`, { agent: false });
    await expect(once(plain, 'response')).rejects.toMatchObject({ code: 'ECONNRESET' });
    const old = tls.connect({
      host: origin.hostname,
      port: Number(origin.port),
      ca: certificate.cert,
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    await expect(once(old, 'secureConnect')).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_SSL/) as unknown,
    });
    expect((await get(`${origin.href}readyz`, certificate.cert)).status).toBe(200);
    expect(complaint()).toBe('');
  });
});

describe('a service whose certificate is no good', () => {
  async function refusal(settings: Readonly<Record<string, string>>): Promise<string> {
    const service = sandbox.start({ CATALOG_DATA_DIR: await sandbox.dataDir(), ...settings });
    expect(await service.exit()).toEqual({ code: 1, signal: null });
    return service.complaint;
  }

  it('does not start, and says why', async () => {
    const { certificateFile, keyFile } = await writeCertificate(await sandbox.dataDir(), {
      cert: certificate.cert,
      key: (await makeCertificate()).key,
    });
    expect(await refusal({ CATALOG_TLS_KEY_FILE: keyFile })).toBe(
      'Bad setting CATALOG_TLS_CERTIFICATE_FILE, CATALOG_TLS_KEY_FILE: both or none.',
    );
    const pair = {
      CATALOG_TLS_CERTIFICATE_FILE: certificateFile,
      CATALOG_TLS_KEY_FILE: keyFile,
    };
    expect(await refusal(pair)).toBe(
      `CATALOG_TLS_CERTIFICATE_FILE, CATALOG_TLS_KEY_FILE: ${certificateFile} and ${keyFile} are not a certificate and its key.`,
    );
    expect(await refusal({ ...pair, CATALOG_TLS_CERTIFICATE_FILE: '/nowhere/tls.crt' })).toBe(
      'CATALOG_TLS_CERTIFICATE_FILE: cannot read /nowhere/tls.crt.',
    );
  });
});

describe('a renewed certificate', () => {
  it('is taken without a restart, once both files are there', async () => {
    const directory = await sandbox.dataDir();
    const files = await writeCertificate(directory, certificate);
    const server = https.createServer(certificate, (_request, response) => response.end('hello'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const end = renewCertificate(server, files, 10);
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const next = await makeCertificate('renewed');
      await writeCertificate(directory, { cert: next.cert, key: certificate.key });
      expect((await get(url, certificate.cert)).body).toBe('hello');
      await writeCertificate(directory, next);
      await until(() =>
        get(url, next.cert).then(
          () => true,
          () => false,
        ),
      );
      await expect(get(url, certificate.cert)).rejects.toThrow(/self-signed certificate/);
    } finally {
      await end();
      server.close();
    }
  });
});
