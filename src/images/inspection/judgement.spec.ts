import { describe, expect, it } from '@jest/globals';
import { imageFixture } from '../../../test/support/image-fixtures.js';
import { FormatInspector } from './format-inspector.js';
import { judge, refusalSoFar, type Expectation } from './judgement.js';

const MIB = 1024n * 1024n;

function inspectorOf(content: Uint8Array): FormatInspector {
  const inspector = new FormatInspector();
  inspector.update(content);
  return inspector;
}

const expecting = (diskFormat: string, others: Partial<Expectation> = {}): Expectation => ({
  diskFormat,
  containerFormat: 'bare',
  requireMatch: true,
  rawStrict: false,
  ...others,
});

/** Accepted: the virtual size. Refused: the reason. */
function outcome(content: Uint8Array, expectation: Expectation): bigint | null | string {
  const inspector = inspectorOf(content);
  inspector.finish();
  const verdict = judge(inspector.findings, BigInt(content.byteLength), expectation);
  return verdict.isAccepted ? verdict.virtualSize : verdict.reason;
}

const random = Buffer.from(
  Array.from({ length: 50_000 }, (_, index) => (index * 2_654_435_761) % 251),
);
const RICH = {
  qcow2: 'plain.qcow2',
  vhd: 'dynamic.vhd',
  vhdx: 'dynamic.vhdx',
  vmdk: 'monolithic-sparse.vmdk',
  vdi: 'dynamic.vdi',
} as const;
const DANGEROUS = [
  'backing-file.qcow2',
  'data-file.qcow2',
  'monolithic-flat.vmdk',
  'backing-file.vmdk',
  'backing-file.qed',
  'hybrid-mbr.raw',
];
const ALL_FORMATS = ['ami', 'ari', 'aki', 'ploop', 'raw', 'iso', ...Object.keys(RICH)];

describe('the verdict on bare data', () => {
  it.each(Object.entries(RICH))('accepts %s as what it is, with its size', (format, fixture) => {
    expect(outcome(imageFixture(fixture), expecting(format))).toBe(4n * MIB);
  });

  it.each(Object.entries(RICH))('refuses %s as any other rich format', (format, fixture) => {
    for (const other of [...Object.keys(RICH), 'iso'].filter((name) => name !== format)) {
      expect(outcome(imageFixture(fixture), expecting(other))).toBe(
        `The data is not in the ${other} format, but ${format}.`,
      );
    }
  });

  it.each([...Object.keys(RICH), 'iso'])('refuses unknown bytes and none as %s', (format) => {
    const reason = `The data is not in the ${format} format.`;
    expect(outcome(random, expecting(format))).toBe(reason);
    expect(outcome(Buffer.alloc(0), expecting(format))).toBe(reason);
  });

  it('accepts anything harmless as raw, with the number of bytes', () => {
    for (const content of [random, ...Object.values(RICH).map(imageFixture)]) {
      expect(outcome(content, expecting('raw'))).toBe(BigInt(content.byteLength));
    }
    expect(outcome(imageFixture('gpt.raw'), expecting('raw'))).toBe(4n * MIB);
    expect(outcome(Buffer.alloc(0), expecting('raw'))).toBe(0n);
  });

  it('refuses rich formats as raw when the operator is strict, but not partitioned disks', () => {
    const strict = expecting('raw', { rawStrict: true });
    expect(outcome(imageFixture('plain.qcow2'), strict)).toContain('but qcow2');
    expect(outcome(imageFixture('plain.iso'), strict)).toContain('but iso');
    expect(outcome(imageFixture('fixed.vhd'), strict)).toContain('but vhd');
    expect(outcome(imageFixture('gpt.raw'), strict)).toBe(4n * MIB);
    expect(outcome(random, strict)).toBe(50_000n);
  });

  it.each(['ami', 'ari', 'aki', 'ploop'])(
    'accepts unknown bytes as %s, of no known size',
    (format) => {
      expect(outcome(random, expecting(format))).toBeNull();
      expect(outcome(imageFixture('dos.raw'), expecting(format))).toBeNull();
    },
  );

  it.each(['ami', 'ari', 'aki', 'ploop'])('refuses rich formats as %s', (format) => {
    for (const fixture of [...Object.values(RICH), 'plain.iso', 'luks-1.luks', 'plain.qed']) {
      expect(outcome(imageFixture(fixture), expecting(format))).toContain('is not in the');
    }
  });

  it.each(DANGEROUS)('refuses %s whatever it is called, matching or not', (fixture) => {
    for (const format of ALL_FORMATS) {
      for (const requireMatch of [true, false]) {
        const reason = outcome(imageFixture(fixture), expecting(format, { requireMatch }));
        expect(reason).toMatch(/^The \w+ data has /);
      }
    }
  });

  it('accepts a disc with partitions as iso, and a disk with a footer as vhd', () => {
    const disc = imageFixture('hybrid.iso');
    expect(outcome(disc, expecting('iso'))).toBeGreaterThan(0n);
    expect(outcome(imageFixture('plain.iso'), expecting('iso'))).toBeGreaterThan(0n);
    expect(outcome(imageFixture('partitioned-fixed.vhd'), expecting('vhd'))).toBe(4n * MIB);
  });

  it('refuses other data that can be read in two ways', () => {
    const both = Buffer.from(imageFixture('plain.qcow2'));
    both.write('\u0001CD001\u0001', 32_768, 'latin1');
    expect(outcome(both, expecting('qcow2'))).toBe(
      'The data can be read as qcow2 and iso at once.',
    );
    expect(outcome(both, expecting('iso'))).toBe('The data can be read as iso and qcow2 at once.');
    expect(outcome(both, expecting('raw'))).toBe(BigInt(both.byteLength));
  });

  it('refuses a header that cannot be right', () => {
    const damaged = Buffer.from(imageFixture('plain.qcow2'));
    damaged.writeUInt32BE(77, 20);
    expect(outcome(damaged, expecting('qcow2'))).toBe('The header of the qcow2 data is damaged.');
    const huge = Buffer.from(imageFixture('plain.qcow2'));
    huge.writeBigUInt64BE(2n ** 63n, 24);
    expect(outcome(huge, expecting('qcow2'))).toBe('The header of the qcow2 data is damaged.');
  });

  it('accepts what does not match when the operator does not ask for it', () => {
    const lenient = { requireMatch: false };
    expect(outcome(random, expecting('qcow2', lenient))).toBeNull();
    expect(outcome(imageFixture('plain.qcow2'), expecting('vmdk', lenient))).toBeNull();
    expect(outcome(imageFixture('plain.qcow2'), expecting('ami', lenient))).toBeNull();
    expect(outcome(imageFixture('plain.qcow2'), expecting('qcow2', lenient))).toBe(4n * MIB);
  });
});

describe('the verdict on data in a container', () => {
  it.each(['ova', 'ovf', 'docker', 'compressed', 'ami'])(
    'does not look into %s',
    (containerFormat) => {
      for (const fixture of ['backing-file.qcow2', 'plain.qcow2']) {
        for (const format of ALL_FORMATS) {
          expect(outcome(imageFixture(fixture), expecting(format, { containerFormat }))).toBeNull();
        }
      }
    },
  );
});

describe('a refusal before the end', () => {
  const soFar = (content: Uint8Array, expectation: Expectation) =>
    refusalSoFar(inspectorOf(content), expectation);

  it.each(ALL_FORMATS)(
    'comes with the header of a qcow2 that has a backing file, for %s',
    (format) => {
      const header = imageFixture('backing-file.qcow2').subarray(0, 70_000);
      expect(soFar(header, expecting(format))).toMatchObject({ isAccepted: false });
    },
  );

  it('comes when the header is another than declared', () => {
    const header = random.subarray(0, 2000);
    expect(soFar(header, expecting('qcow2'))).toMatchObject({ isAccepted: false });
    expect(soFar(header, expecting('vmdk'))).toMatchObject({ isAccepted: false });
  });

  it('does not come while the data may still turn out right', () => {
    const header = random.subarray(0, 2000);
    expect(soFar(header, expecting('vhd'))).toBeNull();
    expect(soFar(header, expecting('iso'))).toBeNull();
    expect(soFar(header, expecting('raw'))).toBeNull();
    expect(soFar(header, expecting('ami'))).toBeNull();
    expect(soFar(header, expecting('qcow2', { requireMatch: false }))).toBeNull();
    expect(soFar(header, expecting('qcow2', { containerFormat: 'ova' }))).toBeNull();
    expect(soFar(imageFixture('plain.qcow2'), expecting('qcow2'))).toBeNull();
  });
});
