declare module 'pg-copy-streams' {
  import type { Readable, Writable } from 'node:stream';
  import type { Submittable } from 'pg';

  /** A stream into `COPY ... FROM STDIN`; it finishes when the server has taken everything. */
  export function from(statement: string): Writable & Submittable;
  /** What `COPY ... TO STDOUT` sends. */
  export function to(statement: string): Readable & Submittable;
}
