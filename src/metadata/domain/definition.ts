export const PROPERTY_TYPES = [
  'array',
  'boolean',
  'integer',
  'number',
  'object',
  'string',
  null,
] as const;
export type PropertyType = (typeof PROPERTY_TYPES)[number];

/** What the elements of an array property may be. */
export interface ItemSchema {
  readonly type?: PropertyType;
  readonly enum?: readonly unknown[];
}

/** What a key means and which values it takes: a small dialect of JSON Schema, kept as it was given. */
export interface PropertySchema {
  readonly type: PropertyType;
  readonly title: string;
  readonly description?: string;
  /** Comparisons that a scheduler may use with a value, such as `<in>` or `s==`. */
  readonly operators?: readonly string[];
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A regular expression; it is stored and shown, never run. */
  readonly pattern?: string;
  readonly readonly?: boolean;
  readonly items?: ItemSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly additionalItems?: boolean;
}

/** Properties that belong together, under a name of their own. */
export interface ObjectSchema {
  readonly description?: string;
  /** Names of properties that must be set when any is. */
  readonly required?: readonly string[];
  /** By property name. Built and read entry by entry: any name is possible, `__proto__` included. */
  readonly properties?: Readonly<Record<string, PropertySchema>>;
}

/** What a definition of each kind says beyond its name; a tag is nothing but a name. */
export interface DocumentOf {
  readonly property: PropertySchema;
  readonly object: ObjectSchema;
  readonly tag: null;
}

export type DefinitionKind = keyof DocumentOf;

/** A definition as it is written. Names have at most 80 characters, unique per kind in a namespace. */
export interface DraftDefinition<Kind extends DefinitionKind> {
  readonly name: string;
  readonly document: DocumentOf[Kind];
}

/** A definition as it is kept. */
export interface Definition<Kind extends DefinitionKind> extends DraftDefinition<Kind> {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
