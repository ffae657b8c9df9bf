/** The bytes as text, one character each, for comparing signatures. */
export function ascii(view: DataView, offset: number, length: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, length);
  return String.fromCodePoint(...bytes);
}
