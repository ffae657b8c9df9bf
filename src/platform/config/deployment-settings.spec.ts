import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { makeCertificate, type Certificate } from '../../../test/support/tls-certificates.js';
import { loadConfig } from './config.js';
import { environmentKeys } from './environment.js';

const read = (path: string): string => readFileSync(path, 'utf8');

/** What `deploy/kubernetes` sets, whether by settings.env or by a container. */
const KUBERNETES = [
  ...read('deploy/kubernetes/settings.env').matchAll(/^([A-Z_]+)=(.*)$/gm),
  ...read('deploy/kubernetes/deployment.yaml').matchAll(/name: ([A-Z_]+)\n +value: (.*)/g),
];

/** What a compose file sets for the service of that name, with the defaults of compose's own variables. */
const compose = (path: string): RegExpMatchArray[] => {
  const [, service = ''] = /^ {2}catalog:\n((?: {4}.*\n|\n)*)/m.exec(read(path)) ?? [];
  return [...service.matchAll(/^ {6}([A-Z_]+): (.*)$/gm)];
};
const COMPOSE = compose('docker-compose.yml');
const PRODUCTION = [...COMPOSE, ...compose('deploy/compose/production.yml')];

const DEPLOYMENTS: [string, RegExpMatchArray[], number][] = [
  ['docker-compose.yml', COMPOSE, 4],
  ['deploy/compose/production.yml', PRODUCTION, 12],
  ['deploy/kubernetes', KUBERNETES, 10],
];

let root: string;
let certificate: Certificate;

beforeAll(async () => {
  certificate = await makeCertificate();
  root = mkdtempSync(join(tmpdir(), 'catalog-deployment-'));
});

afterAll(() => rmSync(root, { recursive: true }));

/** The settings as a container has them; what it mounts below /run is in a directory of the test. */
function settingsOf(rows: readonly RegExpMatchArray[]): Record<string, string> {
  const entries = rows.map(([, key = '', value = '']) => {
    const plain = value
      .replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')
      .replaceAll(/\$\{CATALOG_PUBLIC_URL:\?[^}]*\}/g, 'https://images.example.org')
      .replace(/^'(.*)'$/, '$1');
    return [key, plain.replaceAll(/\/run\/[\w/.-]+/g, provide)] as const;
  });
  return Object.fromEntries(entries);
}

function provide(path: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  const { cert, key } = certificate;
  writeFileSync(file, { 'tls.crt': cert, 'tls.key': key }[basename(file)] ?? 'secret');
  return file;
}

describe.each(DEPLOYMENTS)('the settings of %s', (_name, rows, atLeast) => {
  it('exist, each of them', () => {
    const keys = rows.map(([, key = '']) => key);
    expect(keys.length).toBeGreaterThanOrEqual(atLeast);
    expect(keys.filter((key) => !environmentKeys.includes(key))).toEqual([]);
  });

  it('are ones that the service starts with', () => {
    expect(() => loadConfig(settingsOf(rows))).not.toThrow();
  });

  it('leave migrations to the owner of the database', () => {
    expect(loadConfig(settingsOf(rows)).database.migrate).toBe(false);
    expect(settingsOf(rows)['DATABASE_URL']).toContain('//catalog_service@');
  });
});

describe('the settings for production', () => {
  it.each([
    ['deploy/compose/production.yml', PRODUCTION] as const,
    ['deploy/kubernetes', KUBERNETES] as const,
  ])('keep Swagger UI off and the figures apart: %s', (_name, rows) => {
    const { http, metrics } = loadConfig(settingsOf(rows));
    expect(http.docs).toBe(false);
    expect(metrics?.port).toBe(9464);
  });

  it('leave Kubernetes more time to stop than the service takes', () => {
    const { http } = loadConfig(settingsOf(KUBERNETES));
    const deployment = read('deploy/kubernetes/deployment.yaml');
    const [, grace] = /terminationGracePeriodSeconds: (\d+)/.exec(deployment) ?? [];
    expect(Number(grace)).toBeGreaterThan(http.drainDelaySeconds + http.drainSeconds);
  });
});

describe('containers', () => {
  it('run as an ordinary user, on a root that cannot be written to, without capabilities', () => {
    expect(read('Dockerfile')).toMatch(/^USER (?!root|0\b)\S+$/m);
    const services = read('docker-compose.yml').split(/^ {2}(?=\w+:\n)/m);
    for (const name of ['migrate', 'catalog']) {
      const service = services.find((each) => each.startsWith(`${name}:`));
      expect(service).toContain('read_only: true');
      expect(service).toContain('cap_drop: [ALL]');
      expect(service).toContain("security_opt: ['no-new-privileges:true']");
    }
    for (const name of ['deployment', 'migrate.job']) {
      const manifest = read(`deploy/kubernetes/${name}.yaml`);
      for (const claim of [
        'runAsNonRoot: true',
        'readOnlyRootFilesystem: true',
        'allowPrivilegeEscalation: false',
        'drop: [ALL]',
      ]) {
        expect(manifest).toContain(claim);
      }
    }
  });
});
