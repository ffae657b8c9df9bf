import type { SchemaObject } from '@nestjs/swagger';

type Members = Readonly<Record<string, SchemaObject>>;

export const text: SchemaObject = { type: 'string' };
export const nullableText: SchemaObject = { type: 'string', nullable: true };
export const flag: SchemaObject = { type: 'boolean' };
export const instant: SchemaObject = { type: 'string', format: 'date-time' };

/** An object that has the first members always, and the others sometimes. */
export const objectOf = (always: Members, sometimes: Members = {}): SchemaObject => ({
  type: 'object',
  ...(Object.keys(always).length > 0 && { required: Object.keys(always) }),
  properties: { ...always, ...sometimes },
});

export const listOf = (items: SchemaObject): SchemaObject => ({ type: 'array', items });

/** A page of a list of this service's own API. */
export const pageOf = (name: string, items: SchemaObject): SchemaObject =>
  objectOf(
    { [name]: listOf(items), first: text },
    { next: { type: 'string', description: 'Absent behind the last page' } },
  );

/** An object with members of any name and value. */
export const anyMembers = (description: string): SchemaObject => ({
  type: 'object',
  additionalProperties: true,
  description,
});

/** An object without members, where clients expect one. */
export const noMembers: SchemaObject = {
  type: 'object',
  additionalProperties: false,
  description: 'Always empty',
};

/** The address of a version, as documents about versions give it. */
export const selfLinks: SchemaObject = {
  ...listOf(
    objectOf({
      rel: { type: 'string', enum: ['self'] },
      href: { type: 'string', format: 'uri' },
    }),
  ),
  minItems: 1,
  maxItems: 1,
};

/** The types that a version speaks, as documents about versions give them. */
export const mediaTypes: SchemaObject = listOf(objectOf({ base: text, type: text }));

/** The content of an answer or a body in JSON. */
export const json = (schema: SchemaObject, example?: object) => ({
  'application/json': { schema, ...(example !== undefined && { example }) },
});
