import { Conflict, Forbidden, InvalidRequest } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import type { EditableAttributes, ImageChange } from './image-change.js';
import {
  codePoints,
  countsTowardsQuota,
  requireProperty,
  type ImageProperties,
} from './image-properties.js';
import {
  PropertyExists,
  PropertyMissing,
  PropertyProtected,
  PropertyQuotaExceeded,
  TagQuotaExceeded,
} from './image.errors.js';
import type { ChangeContext, ImageAttributes, ImageLimits } from './image-attributes.js';

/** In code points; for name, owner and tag alike. */
const MAX_TEXT_LENGTH = 255;
/** For `minDisk` (GiB) and `minRam` (MiB). */
const MAX_MINIMUM = 2_147_483_647;
/** Formats describe data that is not there yet; afterwards they are facts (image-v2 2.5). */
const STATUSES_WITH_OPEN_FORMATS = new Set(['queued', 'uploading', 'importing']);

/** The attributes after one change. @throws Forbidden, Conflict or InvalidRequest; nothing is changed then */
export function applyChange(
  image: ImageAttributes,
  change: ImageChange,
  context: ChangeContext,
): ImageAttributes {
  switch (change.kind) {
    case 'set-attributes':
      if (change.only === 'when-absent') throw new Conflict('The attribute is already present.');
      requireAllowed(image, change.values, context.principal);
      return { ...image, ...checkedValues(change.values) };
    case 'remove-attribute':
      throw new Forbidden(`The attribute '${change.attribute}' cannot be removed.`);
    case 'set-property':
      return { ...image, properties: withProperty(image.properties, change, context) };
    case 'remove-property':
      return { ...image, properties: withoutProperty(image.properties, change.name, context) };
    case 'replace-properties':
      return { ...image, properties: replaced(image.properties, change.properties, context) };
  }
}

function requireAllowed(
  image: ImageAttributes,
  values: Partial<EditableAttributes>,
  principal: Principal,
): void {
  if (values.owner !== undefined && !principal.isAdmin) {
    throw new Forbidden('Only an admin may choose the owner of an image.');
  }
  if (values.visibility === 'public' && !principal.isAdmin) {
    throw new Forbidden('Only an admin may make an image public.');
  }
  const setsFormat = values.diskFormat !== undefined || values.containerFormat !== undefined;
  if (setsFormat && !STATUSES_WITH_OPEN_FORMATS.has(image.status)) {
    throw new Forbidden(`Formats cannot be changed while the image is ${image.status}.`);
  }
}

function checkedValues(values: Partial<EditableAttributes>): Partial<EditableAttributes> {
  const { name, owner, tags, minDisk, minRam } = values;
  for (const text of [name, owner, ...(tags ?? [])]) {
    if (typeof text === 'string' && codePoints(text) > MAX_TEXT_LENGTH) {
      throw new InvalidRequest(`Text is longer than ${MAX_TEXT_LENGTH} characters.`);
    }
  }
  for (const minimum of [minDisk, minRam]) {
    if (minimum !== undefined && (minimum < 0 || minimum > MAX_MINIMUM)) {
      throw new InvalidRequest(`min_disk and min_ram must be between 0 and ${MAX_MINIMUM}.`);
    }
  }
  return tags === undefined ? values : { ...values, tags: [...new Set(tags)] };
}

type SetProperty = Extract<ImageChange, { kind: 'set-property' }>;

function withProperty(
  properties: ImageProperties,
  change: SetProperty,
  context: ChangeContext,
): ImageProperties {
  requireSettable(Object.hasOwn(properties, change.name), change, context);
  return fromEntries([...Object.entries(properties), [change.name, change.value]]);
}

function requireSettable(
  exists: boolean,
  { name, value, only }: SetProperty,
  { principal, protection, checkProperty }: ChangeContext,
): void {
  const isSeen = exists && protection.permits('read', name, principal);
  if (only === 'when-absent' && isSeen) throw new PropertyExists(name);
  if (only === 'when-present' && !isSeen) throw new PropertyMissing(name);
  const isAllowed = protection.permits(exists ? 'update' : 'create', name, principal);
  if (!isAllowed || exists !== isSeen) throw new PropertyProtected(name);
  requireProperty(name, value);
  checkProperty(name, value);
}

function withoutProperty(
  properties: ImageProperties,
  name: string,
  context: ChangeContext,
): ImageProperties {
  requireRemovable(Object.hasOwn(properties, name), name, context);
  return fromEntries(Object.entries(properties).filter(([other]) => other !== name));
}

function requireRemovable(
  exists: boolean,
  name: string,
  { principal, protection }: ChangeContext,
): void {
  const isSeen = exists && protection.permits('read', name, principal);
  if (!isSeen) throw new PropertyMissing(name);
  if (!protection.permits('delete', name, principal)) throw new PropertyProtected(name);
}

/** What the caller cannot see, and the service's own properties, survive a replacement. */
function replaced(
  before: ImageProperties,
  wanted: ImageProperties,
  context: ChangeContext,
): ImageProperties {
  const { principal, protection } = context;
  const isKept = (name: string): boolean =>
    !countsTowardsQuota(name) || !protection.permits('read', name, principal);
  const after = new Map(Object.entries(before));
  for (const name of Object.keys(before)) {
    if (Object.hasOwn(wanted, name) || isKept(name)) continue;
    requireRemovable(true, name, context);
    after.delete(name);
  }
  for (const [name, value] of Object.entries(wanted)) {
    const exists = after.has(name);
    if (exists && after.get(name) === value && !isKept(name)) continue;
    requireSettable(exists, { kind: 'set-property', name, value }, context);
    after.set(name, value);
  }
  return fromEntries(after);
}

/** `Object.fromEntries` defines own properties, so that `__proto__` is a name like any other. */
const fromEntries = (entries: Iterable<readonly [string, string | null]>): ImageProperties =>
  Object.fromEntries(entries);

/** Quotas judge growth: what an image already has beyond a lowered quota stays editable (S-68). */
export function requireWithinQuotas(
  before: ImageAttributes,
  after: ImageAttributes,
  limits: ImageLimits,
): void {
  const names = Object.keys(after.properties).filter(countsTowardsQuota);
  const propertiesGrew = names.some((name) => !Object.hasOwn(before.properties, name));
  if (propertiesGrew && exceeds(names.length, limits.propertyQuota)) {
    throw new PropertyQuotaExceeded(limits.propertyQuota);
  }
  const tagsGrew = after.tags.some((tag) => !before.tags.includes(tag));
  if (tagsGrew && exceeds(after.tags.length, limits.tagQuota)) {
    throw new TagQuotaExceeded(limits.tagQuota);
  }
}

const exceeds = (count: number, quota: number): boolean => quota >= 0 && count > quota;
