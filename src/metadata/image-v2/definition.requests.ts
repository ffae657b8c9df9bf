import type {
  DraftDefinition,
  ItemSchema,
  ObjectSchema,
  PropertySchema,
} from '../domain/definition.js';
import type { DraftAssociation } from '../domain/resource-type.js';
import { bodyCheck } from './body.validator.js';
import { OBJECT } from './schemas/object.schema.js';
import { PROPERTY, PROPERTY_MEMBERS } from './schemas/property.schema.js';
import { RESOURCE_TYPE_ASSOCIATION } from './schemas/resource-type.schema.js';
import { TAG, TAG_NAMES } from './schemas/tag.schema.js';

/** A property as it is sent: its schema, and perhaps a name beside it. */
export interface PropertyBody extends PropertySchema {
  readonly name?: string;
}

export interface ObjectBody {
  readonly name: string;
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, PropertyBody>>;
}

export interface TagBody {
  readonly name: string;
}

export interface AssociationBody {
  readonly name: string;
  readonly prefix?: string;
  readonly properties_target?: string;
}

const checkProperty = bodyCheck<PropertyBody & TagBody>(PROPERTY);
const checkObject = bodyCheck<ObjectBody>(OBJECT);
const checkTag = bodyCheck<TagBody>(TAG);
const checkTags = bodyCheck<{ readonly tags: readonly TagBody[] }>(TAG_NAMES);
const checkAssociation = bodyCheck<AssociationBody>(RESOURCE_TYPE_ASSOCIATION);

/** These throw InvalidRequest (400), or 403 when the body names what only the service sets. */
export function parseProperty(body: unknown): DraftDefinition<'property'> {
  const property = checkProperty(body);
  return { name: property.name, document: toPropertySchema(property) };
}

export const parseObject = (body: unknown): DraftDefinition<'object'> =>
  toObjectDraft(checkObject(body));

export const parseTag = (body: unknown): DraftDefinition<'tag'> => toTagDraft(checkTag(body));

export const parseTagNames = (body: unknown): string[] =>
  checkTags(body).tags.map(({ name }) => name);

/** A header as a yes or no, in the spellings that OpenStack services take for yes. */
export const isTrue = (header: string | undefined): boolean =>
  /^(1|t|true|on|y|yes)$/i.test(header?.trim() ?? '');

export const parseAssociation = (body: unknown): DraftAssociation =>
  toAssociationDraft(checkAssociation(body));

export function toPropertyDrafts(
  properties: Readonly<Record<string, PropertyBody>>,
): DraftDefinition<'property'>[] {
  return Object.entries(properties).map(([name, body]) => ({
    name,
    document: toPropertySchema(body),
  }));
}

export function toObjectDraft({ name, ...body }: ObjectBody): DraftDefinition<'object'> {
  const { description, required, properties } = body;
  const document: ObjectSchema = {
    ...(description !== undefined && { description }),
    ...(required !== undefined && { required }),
    ...(properties !== undefined && { properties: toPropertySchemas(properties) }),
  };
  return { name, document };
}

export const toTagDraft = ({ name }: TagBody): DraftDefinition<'tag'> => ({ name, document: null });

export function toAssociationDraft(body: AssociationBody): DraftAssociation {
  const { name, prefix, properties_target: propertiesTarget } = body;
  return { name, prefix: prefix ?? null, propertiesTarget: propertiesTarget ?? null };
}

function toPropertySchemas(properties: Readonly<Record<string, PropertyBody>>) {
  const drafts = toPropertyDrafts(properties);
  return Object.fromEntries(drafts.map(({ name, document }) => [name, document]));
}

/** The members of a checked body that are kept, each named by the schema. */
function toPropertySchema(body: PropertyBody): PropertySchema {
  const members = Object.keys(PROPERTY_MEMBERS) as (keyof PropertySchema)[];
  const given = members.filter((member) => Object.hasOwn(body, member));
  return Object.fromEntries(
    given.map((member) => [member, member === 'items' ? toItems(body.items) : body[member]]),
  ) as unknown as PropertySchema;
}

function toItems(items: ItemSchema = {}): ItemSchema {
  return {
    ...(items.type !== undefined && { type: items.type }),
    ...(items.enum !== undefined && { enum: items.enum }),
  };
}
