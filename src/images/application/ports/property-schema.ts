/** Port: the operator's definitions of well-known additional properties. */
export abstract class PropertySchema {
  /** JSON schemas by property name, for display. */
  abstract readonly definitions: Readonly<Record<string, object>>;

  /** @throws InvalidRequest when the operator's definition of this property refuses the value */
  abstract check(name: string, value: unknown): void;

  /** @throws InvalidRequest when a property that every new image must have is missing */
  abstract requireComplete(names: readonly string[]): void;
}
