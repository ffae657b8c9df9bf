/** Those who watch ask every few seconds: of interest only when something is wrong with that. */
export const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/healthcheck']);
