import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { NoBody } from '../../api/http/no-body.guard.js';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { jsonSchemaDocument } from '../../api/image-v2/json-schema.openapi.js';
import { Requires } from '../../auth/decorators.js';
import { memberSchema, membersSchema } from './image-member.schema.js';
import { taskSchema, tasksSchema } from './task.schema.js';
import { ImageSchema } from './image-schema.js';

/** The JSON schemas of images and their lists: section 2.17 of the Image API. */
@ApiTags('Image API v2: schemas')
@NeedsToken()
@Requires('schema:show')
@NoBody()
@Controller('v2/schemas')
export class ImageSchemasController {
  constructor(@Inject(ImageSchema) private readonly schema: ImageSchema) {}

  @Get('image')
  @ApiOperation({ operationId: 'showImageSchema', summary: 'Get image schema' })
  @ApiResponse({
    status: 200,
    description: 'The schema that image documents conform to.',
    schema: jsonSchemaDocument,
  })
  @Fails(400)
  image(): object {
    return this.schema.image;
  }

  @Get('member')
  @ApiOperation({ operationId: 'showMemberSchema', summary: 'Get image member schema' })
  @ApiResponse({
    status: 200,
    description: 'The schema that image members conform to.',
    schema: jsonSchemaDocument,
  })
  @Fails(400)
  member(): object {
    return memberSchema;
  }

  @Get('members')
  @ApiOperation({ operationId: 'showMembersSchema', summary: 'Get image members schema' })
  @ApiResponse({
    status: 200,
    description: 'The schema that lists of members conform to.',
    schema: jsonSchemaDocument,
  })
  @Fails(400)
  members(): object {
    return membersSchema;
  }

  @Get('task')
  @ApiOperation({ operationId: 'showTaskSchema', summary: 'Get task schema' })
  @ApiResponse({
    status: 200,
    description: 'The schema that tasks conform to.',
    schema: jsonSchemaDocument,
  })
  @Fails(400)
  task(): object {
    return taskSchema;
  }

  @Get('tasks')
  @ApiOperation({ operationId: 'showTasksSchema', summary: 'Get tasks schema' })
  @ApiResponse({
    status: 200,
    description: 'The schema that lists of tasks conform to.',
    schema: jsonSchemaDocument,
  })
  @Fails(400)
  tasks(): object {
    return tasksSchema;
  }

  @Get('images')
  @ApiOperation({ operationId: 'showImagesSchema', summary: 'Get images schema' })
  @ApiResponse({
    status: 200,
    description: 'The schema that lists of images conform to.',
    schema: jsonSchemaDocument,
  })
  @Fails(400)
  images(): object {
    return this.schema.images;
  }
}
