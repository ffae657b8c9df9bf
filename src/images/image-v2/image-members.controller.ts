import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { JsonBody } from '../../api/http/json-body.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { Authenticated, CurrentPrincipal } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ManageMembers } from '../application/manage-members.js';
import { MEMBER_STATUSES } from '../domain/image-access.js';
import { parseMemberStatus, parseNewMember } from './image-member.requests.js';
import { toMemberDocument, toMemberListDocument } from './image-member.representation.js';
import { memberEntity, memberList } from './image-members.openapi-schemas.js';

/** Sharing images with other tenants: section 2.12 of the Image API. */
@ApiTags('Image API v2: members')
@NeedsToken()
@Authenticated()
@ApiParam({ name: 'image_id', format: 'uuid' })
@Controller('v2/images/:image_id/members')
export class ImageMembersController {
  constructor(@Inject(ManageMembers) private readonly members: ManageMembers) {}

  @Get()
  @NoBody()
  @ApiOperation({ operationId: 'listImageMembers', summary: 'List image members' })
  @ApiResponse({ status: 200, description: 'The members the caller may see.', schema: memberList })
  @Fails(400, [403, 'The image is not shared.'], 404)
  async list(@Param('image_id') imageId: string, @CurrentPrincipal() principal: Principal) {
    return toMemberListDocument(await this.members.list(imageId, principal));
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({ operationId: 'createImageMember', summary: 'Share an image with a tenant' })
  @ApiBody({
    schema: { type: 'object', required: ['member'], properties: { member: { type: 'string' } } },
  })
  @ApiResponse({ status: 200, description: 'Shared, pending.', schema: memberEntity })
  @Fails(400, [403, 'The image is not shared or belongs to others.'], 404, 409, 413)
  async add(
    @Param('image_id') imageId: string,
    @JsonBody() body: unknown,
    @CurrentPrincipal() principal: Principal,
  ) {
    const memberId = parseNewMember(body);
    return toMemberDocument(await this.members.add({ imageId, memberId }, principal));
  }

  @Get(':member_id')
  @NoBody()
  @ApiOperation({ operationId: 'showImageMember', summary: 'Show image member details' })
  @ApiResponse({ status: 200, description: 'The member.', schema: memberEntity })
  @Fails(400, [404, 'No such image, no such member, or not the caller’s to see.'])
  async show(
    @Param('image_id') imageId: string,
    @Param('member_id') memberId: string,
    @CurrentPrincipal() principal: Principal,
  ) {
    return toMemberDocument(await this.members.show({ imageId, memberId }, principal));
  }

  @Put(':member_id')
  @ApiOperation({ operationId: 'updateImageMember', summary: 'Accept or reject a shared image' })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['status'],
      properties: { status: { type: 'string', enum: [...MEMBER_STATUSES] } },
    },
  })
  @ApiResponse({ status: 200, description: 'The member afterwards.', schema: memberEntity })
  @Fails(400, [403, 'Only the member tenant or an admin may answer.'], 404)
  async answer(
    @Param('image_id') imageId: string,
    @Param('member_id') memberId: string,
    @JsonBody() body: unknown,
    @CurrentPrincipal() principal: Principal,
  ) {
    const status = parseMemberStatus(body);
    return toMemberDocument(await this.members.answer({ imageId, memberId, status }, principal));
  }

  @Delete(':member_id')
  @HttpCode(204)
  @NoBody()
  @ApiOperation({ operationId: 'deleteImageMember', summary: 'Stop sharing an image' })
  @ApiResponse({ status: 204, description: 'No longer shared with the tenant.' })
  @Fails(400, 403, 404)
  async remove(
    @Param('image_id') imageId: string,
    @Param('member_id') memberId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.members.remove({ imageId, memberId }, principal);
  }
}
