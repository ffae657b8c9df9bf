import { join } from 'node:path';
import { z } from 'zod';

const bytes = (byDefault: string) =>
  z
    .string()
    .default(byDefault)
    .refine((text) => /^\d{1,15}$/.test(text) && Number(text) > 0, 'must be a number of bytes')
    .transform(Number);

/** Copies of hot images on a local disk, in front of remote stores. */
export const imageCacheShape = {
  CATALOG_IMAGE_CACHE: z.enum(['on', 'off']).default('off'),
  CATALOG_IMAGE_CACHE_DIR: z.string().optional(),
  CATALOG_IMAGE_CACHE_MAX_BYTES: bytes('10737418240'),
};

type ImageCacheEnvironment = z.infer<z.ZodObject<typeof imageCacheShape>> & {
  readonly CATALOG_DATA_DIR: string;
};

export interface ImageCacheSettings {
  /** All processes of one node may share it. */
  readonly directory: string;
  /** Of all files together, those that are being filled included. */
  readonly maxBytes: number;
}

/** @returns null when nothing is cached */
export function imageCacheSettings(env: ImageCacheEnvironment): ImageCacheSettings | null {
  if (env.CATALOG_IMAGE_CACHE === 'off') return null;
  return {
    directory: env.CATALOG_IMAGE_CACHE_DIR ?? join(env.CATALOG_DATA_DIR, 'cache'),
    maxBytes: env.CATALOG_IMAGE_CACHE_MAX_BYTES,
  };
}
