import { z } from 'zod';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `90s`, `30m`, `12h`, `7d` → seconds. */
export const duration = z
  .string()
  .regex(/^\d{1,9}[smhd]$/, 'must be a number followed by s, m, h or d')
  .transform((text) => Number(text.slice(0, -1)) * (SECONDS[text.slice(-1)] ?? 1));
