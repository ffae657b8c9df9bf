const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The id as it is stored: ids are UUIDs, accepted in any case (S-48). Null when it cannot be one. */
export function normalizeImageId(text: string): string | null {
  const id = text.toLowerCase();
  return UUID.test(id) ? id : null;
}
