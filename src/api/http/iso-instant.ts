const ISO_8601 =
  /^(\d{4})-(\d{2})(?:-(\d{2}))?(?:[T ](\d{2}):?(\d{2})(?::?(\d{2})([.,]\d{1,9})?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/** Reads an ISO 8601 instant; without an offset it is UTC, finer than milliseconds is cut. Null: not one. */
export function parseIsoInstant(text: string): Date | null {
  const match = ISO_8601.exec(text);
  if (match === null) return null;
  const [, year, month, day = '01', hour = '00', minute = '00', second = '00', fraction, zone] =
    match;
  const milliseconds = (fraction ?? '.0').slice(1, 4).padEnd(3, '0');
  const utc = `${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}Z`;
  const instant = new Date(utc);
  // Date rolls 30 February over to March; the text must come back as it was.
  if (Number.isNaN(instant.getTime()) || instant.toISOString() !== utc) return null;
  return new Date(instant.getTime() - offsetMilliseconds(zone));
}

function offsetMilliseconds(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** `YYYY-MM-DDTHH:MM:SSZ`: UTC, whole seconds, fractions cut off. */
export const toIsoSeconds = (instant: Date): string => `${instant.toISOString().slice(0, 19)}Z`;
