import type { ImageChange } from '../domain/image-change.js';
import type { LocationChange } from '../domain/image-locations.js';
import type { Image } from '../domain/image.js';

export interface UpdateImageCommand {
  readonly id: string;
  readonly changes: readonly ImageChange[];
  /** Come after the other changes. */
  readonly locationChanges?: readonly LocationChange[];
  /** Judges the image that is about to be changed; false refuses. Without it every state will do. */
  readonly expects?: (image: Image) => boolean;
}
