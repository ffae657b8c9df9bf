/** `YYYY-MM-DDTHH:MM:SS.ffffffZ`: six digits, as every Identity client parses (identity B5). */
export const toTimestamp = (instant: Date): string => instant.toISOString().replace('Z', '000Z');
