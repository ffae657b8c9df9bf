/** The life of an image; what each status may become next (image-v2 section 4). */
export const NEXT_STATUSES = {
  queued: ['saving', 'uploading', 'importing', 'active'],
  saving: ['active', 'queued'],
  uploading: ['importing', 'queued'],
  importing: ['active', 'queued'],
  active: ['deactivated'],
  deactivated: ['active'],
  killed: [],
} as const satisfies Record<string, readonly string[]>;

export type ImageStatus = keyof typeof NEXT_STATUSES;

export const IMAGE_STATUSES = Object.keys(NEXT_STATUSES) as ImageStatus[];
