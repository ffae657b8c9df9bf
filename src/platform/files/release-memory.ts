/** ES2024; Node.js has it from version 21. */
interface Transferring {
  transfer?(newByteLength: number): unknown;
}

/**
 * Gives back the memory of a chunk now instead of when garbage is collected, and empties it: for chunks that nobody looks at any more.
 * Memory that the chunk is only a part of stays as it is, and all of it where Node.js cannot do so.
 */
export function releaseMemory({ buffer, byteLength }: Uint8Array): void {
  if (buffer.byteLength === byteLength) (buffer as Transferring).transfer?.(0);
}
