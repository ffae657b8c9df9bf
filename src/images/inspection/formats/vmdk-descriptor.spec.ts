import { describe, expect, it } from '@jest/globals';
import { dangersInDescriptor } from './vmdk-descriptor.js';

const usual = `# Disk DescriptorFile
version=1
CID=1e5a8d4b
parentCID=ffffffff
createType="monolithicSparse"

# Extent description
RW 8192 SPARSE "disk.vmdk"

# The Disk Data Base
#DDB

ddb.virtualHWVersion = "4"
ddb.geometry.cylinders = "8"
ddb.adapterType = "ide"
`;
const withExtent = (line: string) => usual.replace('RW 8192 SPARSE "disk.vmdk"', line);

describe('dangersInDescriptor', () => {
  it.each([
    ['the usual one', usual],
    ['padding behind it', `${usual}${'\0'.repeat(500)}`],
    ['Windows line ends', usual.replaceAll('\n', '\r\n')],
    ['a stream', usual.replace('monolithicSparse', 'streamOptimized')],
    ['capitals', usual.toUpperCase()],
    ['an offset behind the extent', withExtent('RW 8192 SPARSE "disk.vmdk" 0')],
    ['an extent that may only be read', withExtent('RDONLY 8192 SPARSE "a disk.vmdk"')],
  ])('finds nothing in %s', (_case, text) => {
    expect(dangersInDescriptor(text)).toEqual([]);
  });

  it.each([
    ['an absolute path', withExtent('RW 8192 SPARSE "/etc/shadow"'), 'other files'],
    ['a relative path', withExtent('RW 8192 SPARSE "../x.vmdk"'), 'other files'],
    ['a Windows path', withExtent(String.raw`RW 8192 SPARSE "C:\x.vmdk"`), 'other files'],
    ['a drive', withExtent('RW 8192 SPARSE "C:x.vmdk"'), 'other files'],
    ['a protocol', withExtent('RW 8192 SPARSE "nbd:host:1"'), 'other files'],
    ['the parent directory', withExtent('RW 8192 SPARSE ".."'), 'other files'],
    ['an empty name', withExtent('RW 8192 SPARSE ""'), 'other files'],
    ['a flat extent', withExtent('RW 8192 FLAT "disk.vmdk" 0'), 'other files'],
    ['a raw device', withExtent('RW 8192 VMFSRDM "disk.vmdk"'), 'other files'],
    ['tabs in the extent', withExtent('RW\t8192\tFLAT\t"/etc/shadow"\t0'), 'other files'],
    ['no extent', withExtent(''), 'other files'],
    ['two extents', `${usual}RW 8192 SPARSE "other.vmdk"\n`, 'other files'],
    ['a flat disk', usual.replace('monolithicSparse', 'monolithicFlat'), 'subformat'],
    ['no type', usual.replace('createType', 'kind'), 'subformat'],
    ['a parent', usual.replace('ffffffff', '1e5a8d4b'), 'parent'],
    ['a parent by name', `${usual}parentFileNameHint="/base.vmdk"\n`, 'parent'],
    ['a second type', `${usual}createType="monolithicFlat"\n`, 'not understood'],
    ['an extent that is half quoted', withExtent('RW 8192 SPARSE disk.vmdk'), 'not understood'],
    ['an extent behind a carriage return', `${usual}#\rRW 1 FLAT "/x" 0`, 'other files'],
    ['text behind the padding', `${usual}\0\0RW 1 FLAT "/x" 0`, 'ambiguous'],
    ['a line of noise', `${usual}%%%\n`, 'not understood'],
    ['nothing at all', '', 'subformat'],
  ])('warns of %s', (_case, text, danger) => {
    expect(dangersInDescriptor(text).join()).toContain(danger);
  });

  it('is quick on the longest descriptor there can be', () => {
    const hostile = [`a${' '.repeat(65_000)}`, `rw ${'9'.repeat(65_000)}`, '\n'.repeat(65_000)];
    for (const text of [...hostile, 'rw 1 sparse "'.repeat(5000), 'a="'.repeat(20_000)]) {
      const start = performance.now();
      dangersInDescriptor(text);
      expect(performance.now() - start).toBeLessThan(50);
    }
  });
});
