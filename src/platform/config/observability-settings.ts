import { z } from 'zod';

const port = z
  .string()
  .regex(/^\d+$/, 'must be a whole number')
  .transform(Number)
  .pipe(z.number().min(0).max(65_535));

/** The keys about watching the service, for the schema of the environment. */
export const observabilityShape = {
  CATALOG_METRICS_HOST: z.string().default('127.0.0.1'),
  CATALOG_METRICS_PORT: port.optional(),
};

type ObservabilityEnvironment = z.infer<z.ZodObject<typeof observabilityShape>>;

export const observabilitySettings = (env: ObservabilityEnvironment) => ({
  /** Where `/metrics` is served; null: nothing is measured. Never the port of the APIs (S-26). */
  metrics:
    env.CATALOG_METRICS_PORT === undefined
      ? null
      : { host: env.CATALOG_METRICS_HOST, port: env.CATALOG_METRICS_PORT },
});
