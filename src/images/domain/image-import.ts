/** The ways in which data can be imported (image-v2 2.9), in the order in which they are announced. */
export const IMPORT_METHODS = ['glance-direct', 'web-download', 'copy-image'] as const;

export type ImportMethod = (typeof IMPORT_METHODS)[number];
