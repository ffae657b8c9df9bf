import type { Finding, KnownFormat } from './finding.js';
import type { FormatInspector } from './format-inspector.js';

/** What the record says about the bytes, and how strictly the operator takes it. */
export interface Expectation {
  readonly diskFormat: string;
  readonly containerFormat: string;
  /** `require_image_format_match`: off, only what is unsafe is refused. */
  readonly requireMatch: boolean;
  /** Refuse a rich format that is called raw even when it is harmless. */
  readonly rawStrict: boolean;
}

export type Verdict =
  | {
      readonly isAccepted: true;
      /** Bytes that a guest sees, where that is known. */
      readonly virtualSize: bigint | null;
    }
  | {
      readonly isAccepted: false;
      /** A public sentence. */
      readonly reason: string;
    };

type DeclaredFormat = Extract<KnownFormat, 'qcow2' | 'vhd' | 'vhdx' | 'vmdk' | 'vdi' | 'iso'>;
const DECLARED_FORMATS: ReadonlySet<string> = new Set<DeclaredFormat>([
  'qcow2',
  'vhd',
  'vhdx',
  'vmdk',
  'vdi',
  'iso',
]);

/**
 * Whether data that has been read to its end may be stored under what its record says: the table of the Image
 * API's "format inspection". Only bare containers are looked into.
 */
export function judge(
  findings: readonly Finding[],
  totalBytes: bigint,
  expected: Expectation,
): Verdict {
  if (expected.containerFormat !== 'bare') return accepted(null);
  const unsafe = findings.find(({ dangers }) => dangers.length > 0);
  if (unsafe !== undefined) return refusedAsUnsafe(unsafe);
  const rich = findings.filter(({ format }) => format !== 'partitions');
  const { diskFormat } = expected;
  if (diskFormat === 'raw') {
    const isRefused = expected.rawStrict && rich.length > 0;
    return isRefused ? refusedAsOther(diskFormat, rich) : accepted(totalBytes);
  }
  if (isDeclaredFormat(diskFormat)) return judgeDeclared(diskFormat, findings, expected);
  const isRefused = expected.requireMatch && rich.length > 0;
  return isRefused ? refusedAsOther(diskFormat, rich) : accepted(null);
}

/**
 * A refusal that is certain before the data has ended, so that the rest need not be sent; null while it may
 * still turn out right.
 */
export function refusalSoFar(inspector: FormatInspector, expected: Expectation): Verdict | null {
  if (expected.containerFormat !== 'bare') return null;
  const unsafe = inspector.findings.find(({ dangers }) => dangers.length > 0);
  if (unsafe !== undefined) return refusedAsUnsafe(unsafe);
  const { diskFormat, requireMatch } = expected;
  if (!requireMatch || !isDeclaredFormat(diskFormat)) return null;
  return inspector.isExcluded(diskFormat) ? refusedAsOther(diskFormat, inspector.findings) : null;
}

function judgeDeclared(
  declared: DeclaredFormat,
  findings: readonly Finding[],
  { requireMatch }: Expectation,
): Verdict {
  const finding = findings.find(({ format }) => format === declared);
  const others = findings.filter(({ format }) => format !== declared);
  if (finding === undefined) {
    return requireMatch ? refusedAsOther(declared, others) : accepted(null);
  }
  if (finding.virtualSize === null && declared !== 'iso') {
    return { isAccepted: false, reason: `The header of the ${declared} data is damaged.` };
  }
  // Bootable discs and disks with a footer have a partition table as well.
  const mayHavePartitions = declared === 'iso' || finding.isBareDisk === true;
  const foreign = others.filter(({ format }) => !(mayHavePartitions && format === 'partitions'));
  if (foreign.length === 0 || !requireMatch) return accepted(finding.virtualSize);
  const names = [declared, ...foreign.map(({ format }) => format)].join(' and ');
  return { isAccepted: false, reason: `The data can be read as ${names} at once.` };
}

function accepted(virtualSize: bigint | null): Verdict {
  return { isAccepted: true, virtualSize };
}

function refusedAsUnsafe({ format, dangers }: Finding): Verdict {
  return { isAccepted: false, reason: `The ${format} data has ${dangers.join(' and ')}.` };
}

function refusedAsOther(declared: string, found: readonly Finding[]): Verdict {
  const what = found.length === 0 ? '' : `, but ${found.map(({ format }) => format).join(' and ')}`;
  return { isAccepted: false, reason: `The data is not in the ${declared} format${what}.` };
}

function isDeclaredFormat(diskFormat: string): diskFormat is DeclaredFormat {
  return DECLARED_FORMATS.has(diskFormat);
}
