import { parseJson } from '../../api/http/json-body.js';
import type { JsonObject, JsonValue } from '../../api/compute-v2.1/json-text.js';
import { INTERNAL_PREFIX, type ImageProperties } from '../domain/image-properties.js';

/** Properties that hold JSON as text and are shown as what it says (compute-v2.1 8.2). */
const JSON_PROPERTIES = new Set(['block_device_mapping', 'mappings']);

/** The additional properties as Compute's `metadata`: all but the service's own (8.1). */
export function toComputeMetadata(properties: ImageProperties): JsonObject {
  const shown = Object.entries(properties).filter(([name]) => !name.startsWith(INTERNAL_PREFIX));
  return Object.fromEntries(shown.map(([name, value]) => [name, shownValue(name, value)]));
}

function shownValue(name: string, value: string | null): JsonValue {
  if (value === null || !JSON_PROPERTIES.has(name)) return value;
  const parsed = jsonOrNull(value);
  return typeof parsed === 'object' && parsed !== null ? (parsed as JsonValue) : value;
}

function jsonOrNull(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    // Whoever stored it may have meant plain text: it is shown as it is.
    return null;
  }
}
