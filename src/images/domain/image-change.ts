import type { ImageProperties } from './image-properties.js';
import type { Visibility } from './image-access.js';

/** What an owner may edit, by the names the domain uses. */
export interface EditableAttributes {
  readonly name: string | null;
  readonly owner: string | null;
  readonly visibility: Visibility;
  readonly isProtected: boolean;
  readonly isHidden: boolean;
  readonly diskFormat: string | null;
  readonly containerFormat: string | null;
  /** GiB, 0 to 2^31 - 1. */
  readonly minDisk: number;
  /** MiB, 0 to 2^31 - 1. */
  readonly minRam: number;
  readonly tags: readonly string[];
}

export type EditableAttribute = keyof EditableAttributes;

/** One edit. Both dialects reduce what they are sent to a list of these, applied all or nothing. */
export type ImageChange =
  | {
      readonly kind: 'set-attributes';
      readonly values: Partial<EditableAttributes>;
      /** Attributes are always present, so adding "when absent" (patch media type v2.0) conflicts. */
      readonly only?: 'when-absent';
    }
  | { readonly kind: 'remove-attribute'; readonly attribute: string }
  | {
      readonly kind: 'set-property';
      readonly name: string;
      readonly value: string | null;
      readonly only?: 'when-absent' | 'when-present';
    }
  | { readonly kind: 'remove-property'; readonly name: string }
  /** The properties become these; the service's own (`os_glance*`) stay as they are. */
  | { readonly kind: 'replace-properties'; readonly properties: ImageProperties };
