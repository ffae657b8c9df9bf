import { DomainError, InvalidRequest, quote } from '../../kernel/errors.js';
import type { ImageChange } from '../domain/image-change.js';
import type { LocationChange } from '../domain/image-locations.js';
import { refuseReservedPropertyName } from '../domain/image-properties.js';
import { AttributeReadOnly } from '../domain/image.errors.js';
import {
  LOCATIONS_ATTRIBUTE,
  WRITABLE_ATTRIBUTES,
  isReadOnly,
  isWritable,
} from './image.attributes.js';
import { LocationsHidden, parseLocationChange } from './image-locations.js';
import type { ImageSchema } from './image-schema.js';
import { parsePointer } from './json-pointer.js';

const MEDIA_TYPES = {
  'application/openstack-images-v2.0-json-patch': 'v2.0',
  'application/openstack-images-v2.1-json-patch': 'v2.1',
} as const;

export type PatchGrammar = (typeof MEDIA_TYPES)[keyof typeof MEDIA_TYPES];

export type PatchChange = ImageChange | LocationChange;

interface PatchRules {
  readonly grammar: PatchGrammar;
  readonly schema: ImageSchema;
  /** May clients see and change where data is? */
  readonly showsLocations: boolean;
}

const VERBS = ['add', 'replace', 'remove'] as const;
type Verb = (typeof VERBS)[number];

interface Operation {
  readonly verb: Verb;
  readonly path: readonly string[];
  readonly value: unknown;
}

/** The grammar that a `Content-Type` names; parameters are ignored. @throws 415 with `Accept-Patch` */
export function patchGrammarOf(contentType: string | undefined): PatchGrammar {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (Object.hasOwn(MEDIA_TYPES, mediaType)) {
    return MEDIA_TYPES[mediaType as keyof typeof MEDIA_TYPES];
  }
  const accepted = Object.keys(MEDIA_TYPES).join(', ');
  throw new DomainError(
    'unsupported-media',
    'patch-media-type',
    `The Content-Type of a patch must be one of ${accepted}.`,
    { headers: { 'Accept-Patch': accepted } },
  );
}

/** Body of `PATCH /v2/images/{id}` → changes; everything about one operation before the next (2.5). */
export function parseImagePatch(body: unknown, { grammar, ...rules }: PatchRules): PatchChange[] {
  if (!Array.isArray(body)) throw new InvalidRequest('The request body must be a JSON array.');
  return body.map((item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      throw new InvalidRequest('Every operation must be a JSON object.');
    }
    const fields = item as Record<string, unknown>;
    const operation = grammar === 'v2.0' ? readVerbKeyed(fields) : readOpKeyed(fields);
    return toChange(operation, grammar, rules);
  });
}

/** `{"op": "add", "path": "/name", "value": "x"}` */
function readOpKeyed(fields: Record<string, unknown>): Operation {
  const verb = VERBS.find((known) => known === fields['op']);
  if (verb === undefined) {
    throw new InvalidRequest(`Member 'op' must be one of ${VERBS.join(', ')}.`);
  }
  return readOperation(verb, fields['path'], fields);
}

/** `{"add": "/name", "value": "x"}` */
function readVerbKeyed(fields: Record<string, unknown>): Operation {
  const [verb, ...others] = VERBS.filter((known) => Object.hasOwn(fields, known));
  if (verb === undefined || others.length > 0) {
    throw new InvalidRequest(`An operation must have exactly one of ${VERBS.join(', ')}.`);
  }
  return readOperation(verb, fields[verb], fields);
}

function readOperation(verb: Verb, path: unknown, fields: Record<string, unknown>): Operation {
  if (typeof path !== 'string') throw new InvalidRequest('An operation needs a path.');
  if (verb !== 'remove' && !Object.hasOwn(fields, 'value')) {
    throw new InvalidRequest(`Operation '${verb}' needs a value.`);
  }
  return { verb, path: parsePointer(path), value: fields['value'] };
}

function toChange(
  operation: Operation,
  grammar: PatchGrammar,
  { schema, showsLocations }: Omit<PatchRules, 'grammar'>,
): PatchChange {
  const [name = '', ...deeper] = operation.path;
  if (name === LOCATIONS_ATTRIBUTE) {
    if (!showsLocations) throw new LocationsHidden();
    return parseLocationChange({ ...operation, deeper });
  }
  if (deeper.length > 0) throw new InvalidRequest(`The path of ${quote(name)} is too deep.`);
  if (isReadOnly(name)) throw new AttributeReadOnly(name);
  refuseReservedPropertyName(name);
  if (operation.verb !== 'remove') schema.requireValue(name, operation.value);
  return isWritable(name)
    ? attributeChange(name, operation, grammar)
    : propertyChange(name, operation, grammar);
}

function attributeChange(
  name: keyof typeof WRITABLE_ATTRIBUTES,
  { verb, value }: Operation,
  grammar: PatchGrammar,
): ImageChange {
  if (verb === 'remove') return { kind: 'remove-attribute', attribute: name };
  const values = { [WRITABLE_ATTRIBUTES[name]]: value };
  return verb === 'add' && grammar === 'v2.0'
    ? { kind: 'set-attributes', values, only: 'when-absent' }
    : { kind: 'set-attributes', values };
}

function propertyChange(
  name: string,
  { verb, value }: Operation,
  grammar: PatchGrammar,
): ImageChange {
  if (verb === 'remove') return { kind: 'remove-property', name };
  const change = { kind: 'set-property', name, value: value as string | null } as const;
  if (verb === 'replace') return { ...change, only: 'when-present' };
  return grammar === 'v2.0' ? { ...change, only: 'when-absent' } : change;
}
