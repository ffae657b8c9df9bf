import { Inject, Injectable } from '@nestjs/common';
import { InvalidRequest } from '../../kernel/errors.js';
import type { Page } from '../../kernel/page.js';
import type { Principal } from '../../kernel/principal.js';
import {
  listedFor,
  visibleTo,
  type MemberStatus,
  type Visibility,
} from '../domain/image-access.js';
import type { ImageFilter, ImageListQuery } from '../domain/image-list.js';
import { normalizeImageId } from '../domain/image-id.js';
import type { PropertyProtection } from '../domain/property-protection.js';
import type { Image } from '../domain/image.js';
import { PROPERTY_PROTECTION } from './image-change-rules.js';
import { ImageRepository, type ImageMarker } from './ports/image.repository.js';

export interface ListImagesCommand extends ImageListQuery {
  /** Id of the last image of the page before. */
  readonly marker: string | null;
  readonly visibility: Visibility | 'all' | null;
  readonly memberStatus: MemberStatus | 'any';
  /** Hidden and visible images never mix. */
  readonly isHidden: boolean;
}

/** A page of what the caller's lists hold. */
@Injectable()
export class ListImages {
  constructor(
    @Inject(ImageRepository) private readonly images: ImageRepository,
    @Inject(PROPERTY_PROTECTION) private readonly protection: PropertyProtection,
  ) {}

  /** @throws InvalidRequest when the marker is unknown or invisible, which look the same (S-13) */
  async execute(command: ListImagesCommand, principal: Principal): Promise<Page<Image>> {
    const { visibility, marker, isHidden } = command;
    const filters: ImageFilter[] = [
      { kind: 'flag', field: 'isHidden', value: isHidden },
      ...command.filters.map((filter) => this.readable(filter, principal)),
    ];
    if (visibility !== null && visibility !== 'all') {
      filters.push({ kind: 'text', field: 'visibility', anyOf: [visibility] });
    }
    const scope = listedFor(principal, command);
    const after = marker === null ? null : markerFor(marker, principal);
    const page = await this.images.list({ ...command, filters }, scope, after);
    if (page === null) throw unknownMarker();
    // Where nothing is hidden a page that is known stays the same array, by which it is known further on.
    if (!this.protection.isActive) return page;
    return { ...page, items: page.items.map((image) => image.seenBy(principal, this.protection)) };
  }

  /** Filters do not test what the caller may not read. */
  private readable(filter: ImageFilter, principal: Principal): ImageFilter {
    const isHidden =
      filter.kind === 'property' && !this.protection.permits('read', filter.name, principal);
    return isHidden ? { kind: 'nothing' } : filter;
  }
}

function markerFor(marker: string, principal: Principal): ImageMarker {
  const id = normalizeImageId(marker);
  if (id === null) throw unknownMarker();
  return { id, scope: visibleTo(principal) };
}

const unknownMarker = (): InvalidRequest => new InvalidRequest('The marker is not a known image.');
