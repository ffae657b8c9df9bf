import { Forbidden } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import { mayChange, mayDelete, mayDownload } from './image-access.js';
import type { ChangeContext, ImageAttributes } from './image-attributes.js';
import type { EditableAttributes, ImageChange } from './image-change.js';
import { applyChange, requireWithinQuotas } from './image-editing.js';
import { countsTowardsQuota, type ImageProperties } from './image-properties.js';
import type { PropertyProtection } from './property-protection.js';
import { NEXT_STATUSES, type ImageStatus } from './image-status.js';
import { DownloadRefused, FormatsUnset, UploadConflict } from './image-data.errors.js';
import { STATUS_BEFORE_IMPORT, type ImportMethod } from './image-import.js';
import { FormatsUnsetForImport, ImportConflict } from './image-import.errors.js';
import { ImageNotOwned, ImageProtected } from './image.errors.js';

export type { ChangeContext, ImageAttributes, ImageLimits } from './image-attributes.js';

/** A machine image's record. Immutable: each verb returns the next image or throws, and changes nothing. */
export class Image {
  constructor(readonly attributes: ImageAttributes) {}

  static create(
    id: string,
    values: Partial<EditableAttributes> & { readonly properties: ImageProperties },
    context: ChangeContext,
  ): Image {
    const { principal, now } = context;
    const { properties, owner, ...others } = values;
    const blank = new Image({
      ...BLANK,
      id,
      owner: principal.tenantId,
      createdAt: now,
      updatedAt: now,
    });
    const isForOthers = owner !== undefined && owner !== principal.tenantId;
    const edits = isForOthers ? { ...others, owner } : others;
    return blank.apply(
      [
        { kind: 'set-attributes', values: edits },
        { kind: 'replace-properties', properties },
      ],
      context,
    );
  }

  /** The image without the properties that the caller may not read. */
  seenBy(principal: Principal, protection: PropertyProtection): Image {
    if (!protection.isActive) return this;
    const entries = Object.entries(this.attributes.properties).filter(
      ([name]) => !countsTowardsQuota(name) || protection.permits('read', name, principal),
    );
    return new Image({ ...this.attributes, properties: Object.fromEntries(entries) });
  }

  /** @throws ImageNotOwned when the caller, who sees the image, may not change it */
  requireChangeableBy(principal: Principal): void {
    if (!mayChange(principal, this.attributes.owner)) throw new ImageNotOwned();
  }

  /** Applies all changes or none. The result has the next version and a later `updatedAt`. */
  apply(changes: readonly ImageChange[], context: ChangeContext): Image {
    let next = this.attributes;
    for (const change of changes) next = applyChange(next, change, context);
    requireWithinQuotas(this.attributes, next, context.limits);
    return this.next(next, context.now);
  }

  /** Idempotent. @throws TagQuotaExceeded */
  tag(tag: string, context: ChangeContext): Image {
    const { tags } = this.attributes;
    if (tags.includes(tag)) return this;
    return this.apply([{ kind: 'set-attributes', values: { tags: [...tags, tag] } }], context);
  }

  /** @returns null when the image has no such tag */
  untag(tag: string, context: ChangeContext): Image | null {
    const { tags } = this.attributes;
    if (!tags.includes(tag)) return null;
    const rest = tags.filter((other) => other !== tag);
    return this.apply([{ kind: 'set-attributes', values: { tags: rest } }], context);
  }

  /** Idempotent. @throws Forbidden in a status without data: a wrong status is 403 here (image-v2 2.10) */
  switchTo(status: 'active' | 'deactivated', now: Date): Image {
    if (this.attributes.status === status) return this;
    const next: readonly ImageStatus[] = NEXT_STATUSES[this.attributes.status];
    const isSwitch =
      this.attributes.status === 'active' || this.attributes.status === 'deactivated';
    if (!isSwitch || !next.includes(status)) {
      throw new Forbidden(`An image that is ${this.attributes.status} cannot become ${status}.`);
    }
    return this.next({ ...this.attributes, status }, now);
  }

  /** @throws ImageNotOwned when the caller, who sees the image, may not delete it; else ImageProtected */
  requireDeletableBy(principal: Principal): void {
    if (!mayDelete(principal, this.attributes.owner)) throw new ImageNotOwned();
    if (this.attributes.isProtected) throw new ImageProtected();
  }

  /** Formats may be set later, before the import. @throws UploadConflict unless queued */
  requireStageable(): void {
    const { status } = this.attributes;
    if (status !== 'queued') throw new UploadConflict(status);
  }

  /** @throws UploadConflict unless queued, then FormatsUnset */
  requireUploadable(): void {
    this.requireStageable();
    const { diskFormat, containerFormat } = this.attributes;
    if (diskFormat === null || containerFormat === null) throw new FormatsUnset();
  }

  /** @throws ImportConflict in another status than the method begins with, then FormatsUnsetForImport */
  requireImportable(method: ImportMethod): void {
    const { status, diskFormat, containerFormat } = this.attributes;
    if (status !== STATUS_BEFORE_IMPORT[method]) throw new ImportConflict(method, status);
    if (diskFormat === null || containerFormat === null) throw new FormatsUnsetForImport();
  }

  /** @throws DownloadRefused for readers, and for all but admins while the image is deactivated */
  requireDownloadableBy(principal: Principal): void {
    if (!mayDownload(principal)) {
      throw new DownloadRefused('Reading the data of images needs the role member.');
    }
    if (this.attributes.status === 'deactivated' && !principal.isAdmin) {
      throw new DownloadRefused('The image is deactivated.');
    }
  }

  get hasData(): boolean {
    return this.attributes.status === 'active' || this.attributes.status === 'deactivated';
  }

  /** With these attributes, the next version and a later `updatedAt`. */
  next(attributes: ImageAttributes, now: Date): Image {
    const { updatedAt, version } = this.attributes;
    return new Image({
      ...attributes,
      version: version + 1,
      updatedAt: now > updatedAt ? now : updatedAt,
    });
  }
}

const BLANK: Omit<ImageAttributes, 'id' | 'owner' | 'createdAt' | 'updatedAt'> = {
  name: null,
  status: 'queued',
  visibility: 'shared',
  isProtected: false,
  isHidden: false,
  diskFormat: null,
  containerFormat: null,
  size: null,
  virtualSize: null,
  checksum: null,
  hashAlgorithm: null,
  hashValue: null,
  minDisk: 0,
  minRam: 0,
  tags: [],
  properties: {},
  version: 0,
};
