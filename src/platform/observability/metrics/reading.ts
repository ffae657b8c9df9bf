/** One value, as it is when somebody looks. */
export interface Reading {
  /** Where it differs from that of the whole, as with the buckets of a histogram. */
  readonly metricName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}
