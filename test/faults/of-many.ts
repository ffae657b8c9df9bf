/** Scenarios with more servers than a service and its database: they have a test file of their own, beside all others. */
export const OF_MANY: readonly string[] = [
  'failover',
  'rolling-restart',
  'upgrade',
  'once-each',
  'cut-store',
  'stop-store',
];
