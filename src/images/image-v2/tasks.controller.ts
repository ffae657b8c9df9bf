import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BaseUrls } from '../../api/http/base-urls.js';
import { JsonBody } from '../../api/http/json-body.js';
import { mountOf } from '../../api/http/mount.js';
import { NeedsToken } from '../../api/http/openapi.js';
import { pageLinks } from '../../api/http/page-links.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { CreateImportTask } from '../application/imports/create-import-task.js';
import { ShowTasks } from '../application/imports/show-tasks.js';
import { parseCreateTask } from './create-task.request.js';
import * as docs from './image-import.openapi.js';
import { ImageSchema } from './image-schema.js';
import { parseListTasks } from './list-tasks.request.js';
import { taskJson, taskSummaryJson } from './task.representation.js';

/** Tasks for administrators, deprecated: section 2.15 of the Image API. */
@ApiTags('Image API v2: tasks')
@NeedsToken()
@Requires('task:manage')
@Controller('v2/tasks')
export class TasksController {
  constructor(
    @Inject(CreateImportTask) private readonly createTask: CreateImportTask,
    @Inject(ShowTasks) private readonly tasks: ShowTasks,
    @Inject(ImageSchema) private readonly schema: ImageSchema,
    @Inject(BaseUrls) private readonly baseUrls: BaseUrls,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  @HttpCode(201)
  @docs.CreateTaskDocs()
  async create(
    @JsonBody() body: unknown,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const command = { ...parseCreateTask(body, this.schema), requestId: request.id };
    const task = await this.createTask.execute(command, principal);
    const mount = `${this.baseUrls.origin(request)}${mountOf(request.raw).prefix}`;
    void reply.header('Location', `${mount}/v2/tasks/${task.id}`);
    return taskJson(task);
  }

  @Get()
  @docs.ListTasksDocs()
  async list(@RawQuery() query: QueryParameters) {
    const page = await this.tasks.list(parseListTasks(query, this.config.images));
    const { first, next } = pageLinks('/v2/tasks', query, page, ({ id }) => id);
    return {
      tasks: page.items.map(taskSummaryJson),
      first,
      ...(next !== null && { next }),
      schema: '/v2/schemas/tasks',
    };
  }

  @Get(':task_id')
  @docs.ShowTaskDocs()
  async show(@Param('task_id') id: string) {
    return taskJson(await this.tasks.show(id));
  }
}
