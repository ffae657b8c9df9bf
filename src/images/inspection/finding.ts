/** Formats that inspection recognises. `partitions` is a bare disk with an MBR or GPT partition table. */
export type KnownFormat =
  'qcow2' | 'qed' | 'vmdk' | 'vhd' | 'vhdx' | 'vdi' | 'iso' | 'luks' | 'partitions';

/** What one reader made of the bytes. */
export interface Finding {
  readonly format: KnownFormat;
  /** Bytes that a guest sees; null when the header does not say or cannot be right. */
  readonly virtualSize: bigint | null;
  /** What makes opening the data unsafe, as it follows "the data has"; empty when nothing does. */
  readonly dangers: readonly string[];
  /** A bare disk with a footer: finding a partition table as well is no contradiction. */
  readonly isBareDisk?: boolean;
}

const MAX_SIZE = 2n ** 63n - 1n;

/** Sizes are signed 64-bit from end to end; a header that claims more is wrong. */
export function plausibleSize(bytes: bigint): bigint | null {
  return bytes >= 0n && bytes <= MAX_SIZE ? bytes : null;
}
