import { randomUUID } from 'node:crypto';

/** 32 lower-case hexadecimal digits: what the Compute paths take for a project (identity B1). */
export const newId = (): string => randomUUID().replaceAll('-', '');
