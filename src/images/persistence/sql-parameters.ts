/** Collects bound values while a statement's text is built; text from requests only ever gets in here. */
export class SqlParameters {
  readonly values: unknown[] = [];

  /** Binds a value and returns its placeholder, cast when a type is named. */
  bind(value: unknown, type?: string): string {
    this.values.push(value);
    const placeholder = `$${this.values.length}`;
    return type === undefined ? placeholder : `${placeholder}::${type}`;
  }
}
