import { Inject, Injectable } from '@nestjs/common';
import { Forbidden } from '../../kernel/errors.js';
import type { Principal, TenantId } from '../../kernel/principal.js';
import type { MemberStatus } from '../domain/image-access.js';
import {
  MemberNotFound,
  mayAnswerFor,
  maySeeMember,
  requireShared,
  type ImageMember,
} from '../domain/image-member.js';
import { IMAGE_LIMITS } from './image-change-rules.js';
import type { ImageLimits, Image } from '../domain/image.js';
import { MemberRepository } from './ports/member.repository.js';
import { VisibleImages } from './visible-images.js';

export interface MemberCommand {
  readonly imageId: string;
  readonly memberId: TenantId;
}

/** Sharing of images with other tenants: section 2.12 of the Image API. */
@Injectable()
export class ManageMembers {
  constructor(
    @Inject(MemberRepository) private readonly members: MemberRepository,
    @Inject(VisibleImages) private readonly visible: VisibleImages,
    @Inject(IMAGE_LIMITS) private readonly limits: ImageLimits,
  ) {}

  /** The members that the caller may see. @throws ImageNotFound; Forbidden when the image is not shared */
  async list(imageId: string, principal: Principal): Promise<readonly ImageMember[]> {
    const image = await this.visible.get(imageId, principal);
    requireShared(image);
    const members = await this.members.list(image.attributes.id);
    return members.filter(({ memberId }) => maySeeMember(principal, image, memberId));
  }

  /** @throws NotFound for everything: image or member invisible or missing, image not shared */
  async show({ imageId, memberId }: MemberCommand, principal: Principal): Promise<ImageMember> {
    const image = await this.visible.get(imageId, principal);
    if (image.attributes.visibility !== 'shared') throw new MemberNotFound();
    return this.visibleMember(image, memberId, principal);
  }

  /** @throws ImageNotFound, ImageNotOwned, Forbidden, DuplicateMember or MemberQuotaExceeded */
  async add({ imageId, memberId }: MemberCommand, principal: Principal): Promise<ImageMember> {
    const image = await this.sharedImageOf(imageId, principal);
    return this.members.add(image.attributes.id, memberId, this.limits.memberQuota);
  }

  /** @throws ImageNotFound, MemberNotFound, or Forbidden for the owner, who cannot answer for a member */
  async answer(
    command: MemberCommand & { readonly status: MemberStatus },
    principal: Principal,
  ): Promise<ImageMember> {
    const image = await this.visible.get(command.imageId, principal);
    requireShared(image);
    const { memberId } = await this.visibleMember(image, command.memberId, principal);
    if (!mayAnswerFor(principal, memberId)) {
      throw new Forbidden('Only the member itself may accept or reject an image.');
    }
    const after = await this.members.setStatus(image.attributes.id, memberId, command.status);
    if (after === null) throw new MemberNotFound();
    return after;
  }

  /** @throws ImageNotFound, ImageNotOwned, Forbidden or MemberNotFound */
  async remove({ imageId, memberId }: MemberCommand, principal: Principal): Promise<void> {
    const image = await this.sharedImageOf(imageId, principal);
    if (!(await this.members.remove(image.attributes.id, memberId))) throw new MemberNotFound();
  }

  private async sharedImageOf(imageId: string, principal: Principal): Promise<Image> {
    const image = await this.visible.get(imageId, principal);
    image.requireChangeableBy(principal);
    requireShared(image);
    return image;
  }

  private async visibleMember(
    image: Image,
    memberId: TenantId,
    principal: Principal,
  ): Promise<ImageMember> {
    const mayLook = maySeeMember(principal, image, memberId);
    const member = mayLook ? await this.members.find(image.attributes.id, memberId) : null;
    if (member === null) throw new MemberNotFound();
    return member;
  }
}
