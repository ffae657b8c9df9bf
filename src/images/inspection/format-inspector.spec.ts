import { describe, expect, it } from '@jest/globals';
import { imageFixture } from '../../../test/support/image-fixtures.js';
import type { Finding } from './finding.js';
import { FormatInspector } from './format-inspector.js';

const MIB = 1024n * 1024n;

function inspect(content: Uint8Array, chunkBytes = content.byteLength): readonly Finding[] {
  const inspector = new FormatInspector();
  for (let at = 0; at < content.byteLength; at += chunkBytes) {
    inspector.update(content.subarray(at, at + chunkBytes));
  }
  inspector.finish();
  return inspector.findings;
}

const harmless: readonly [string, string, bigint | null][] = [
  ['plain.qcow2', 'qcow2', 4n * MIB],
  ['version-2.qcow2', 'qcow2', 4n * MIB],
  ['extended-l2.qcow2', 'qcow2', 4n * MIB],
  ['zstd.qcow2', 'qcow2', 4n * MIB],
  ['small-clusters.qcow2', 'qcow2', 4n * MIB],
  ['plain.qed', 'qed', 4n * MIB],
  ['monolithic-sparse.vmdk', 'vmdk', 4n * MIB],
  ['stream-optimized.vmdk', 'vmdk', 4n * MIB],
  ['stream-optimized-converted.vmdk', 'vmdk', 4n * MIB],
  ['dynamic.vhd', 'vhd', 4n * MIB],
  ['fixed.vhd', 'vhd', 4n * MIB],
  ['dynamic.vhdx', 'vhdx', 4n * MIB],
  ['fixed.vhdx', 'vhdx', 4n * MIB],
  ['dynamic.vdi', 'vdi', 4n * MIB],
  ['static.vdi', 'vdi', 4n * MIB],
  ['luks-1.luks', 'luks', null],
  ['luks-2.luks', 'luks', null],
  ['gpt.raw', 'partitions', null],
  ['dos.raw', 'partitions', null],
];

const dangerous: readonly [string, string, string][] = [
  ['backing-file.qcow2', 'qcow2', 'a backing file'],
  ['backing-file-v2.qcow2', 'qcow2', 'a backing file'],
  ['data-file.qcow2', 'qcow2', 'an external data file'],
  ['data-file-raw.qcow2', 'qcow2', 'an external data file'],
  ['version-1.qcow', 'qcow2', 'an unknown version'],
  ['backing-file.qed', 'qed', 'a backing file'],
  ['monolithic-flat.vmdk', 'vmdk', 'extents in other files'],
  ['two-gb-flat.vmdk', 'vmdk', 'extents in other files'],
  ['two-gb-sparse.vmdk', 'vmdk', 'extents in other files'],
  ['two-gb-sparse-s001.vmdk', 'vmdk', 'an unsupported subformat'],
  ['backing-file.vmdk', 'vmdk', 'a parent disk'],
  ['hybrid-mbr.raw', 'partitions', 'partition tables that contradict each other'],
];

describe('FormatInspector on images made by real tools', () => {
  it.each(harmless)('finds nothing wrong with %s, which is %s', (name, format, virtualSize) => {
    const content = imageFixture(name);
    for (const chunkBytes of [content.byteLength, 65_536, 4096, 777, 512]) {
      expect(inspect(content, chunkBytes)).toMatchObject([{ format, virtualSize, dangers: [] }]);
    }
  });

  it.each(dangerous)('warns of %s, which is %s with %s', (name, format, danger) => {
    const content = imageFixture(name);
    for (const chunkBytes of [content.byteLength, 4096, 777, 512]) {
      expect(inspect(content, chunkBytes)).toMatchObject([{ format }]);
      expect(inspect(content, chunkBytes)[0]?.dangers[0]).toBe(danger);
    }
  });

  it.each(['plain.qcow2', 'stream-optimized.vmdk', 'dynamic.vdi', 'backing-file.qcow2'])(
    'comes to the same conclusion on %s byte by byte',
    (name) => {
      const content = imageFixture(name).subarray(0, 200_000);
      expect(inspect(content, 1)).toEqual(inspect(content));
    },
  );

  it('tells the volume size of a disc', () => {
    const [finding] = inspect(imageFixture('plain.iso'));
    expect(finding).toMatchObject({ format: 'iso', dangers: [] });
    expect(finding?.virtualSize).toBe(BigInt(imageFixture('plain.iso').byteLength));
  });

  it('sees disc and partitions in a bootable disc, and disk and partitions in a fixed VHD', () => {
    const formats = (name: string) => inspect(imageFixture(name)).map(({ format }) => format);
    expect(formats('hybrid.iso')).toEqual(['iso', 'partitions']);
    expect(formats('partitioned-fixed.vhd')).toEqual(['vhd', 'partitions']);
  });

  it.each([0, 1, 3, 511, 512, 513, 40_000])('recognises nothing in %d zero bytes', (bytes) => {
    expect(inspect(Buffer.alloc(bytes))).toEqual([]);
  });

  it.each([...harmless, ...dangerous].map(([name]) => name))(
    'says something or nothing about %s cut anywhere, and never fails',
    (name) => {
      const content = imageFixture(name);
      const end = Math.min(content.byteLength, 2000);
      for (let length = 0; length < end; length += 7) {
        const findings = inspect(content.subarray(0, length));
        expect(findings.length).toBeLessThanOrEqual(1);
        expect(findings.every(({ virtualSize }) => (virtualSize ?? 0n) >= 0n)).toBe(true);
      }
    },
  );

  it('knows before the end what the data cannot be', () => {
    const inspector = new FormatInspector();
    inspector.update(Buffer.alloc(70_000, 0x61));
    expect(inspector.isExcluded('qcow2')).toBe(true);
    expect(inspector.isExcluded('iso')).toBe(true);
    // Its footer may still come.
    expect(inspector.isExcluded('vhd')).toBe(false);
  });

  it('keeps no reference to the chunks that it was given', () => {
    const content = Buffer.from(imageFixture('backing-file.qcow2'));
    const inspector = new FormatInspector();
    const chunk = Buffer.alloc(64);
    for (let at = 0; at < content.byteLength; at += 64) {
      content.copy(chunk, 0, at, at + 64);
      inspector.update(chunk);
    }
    inspector.finish();
    expect(inspector.findings).toEqual(inspect(content));
  });
});
