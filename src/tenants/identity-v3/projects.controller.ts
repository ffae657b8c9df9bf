import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { NeedsToken } from '../../api/http/openapi.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { Authenticated, CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ManageProjects } from '../application/manage-projects.js';
import { projectDocs } from './directory.examples.js';
import { ChangeDocs, CreateDocs, DeleteDocs, ListDocs, ShowDocs } from './directory.openapi.js';
import { toProjectJson } from './directory.representation.js';
import { ListQuery, given } from './list-query.js';
import { Presenter } from './presenter.js';
import {
  ChangeProjectRequest,
  CreateProjectRequest,
  toNewProject,
  toProjectChanges,
} from './project.requests.js';
import { ValidatedBody } from './validated-body.js';

/** Projects: what the rest of the service calls tenants. */
@ApiTags('Identity API v3: projects')
@NeedsToken()
@Controller('identity/v3/projects')
export class ProjectsController {
  constructor(
    @Inject(ManageProjects) private readonly projects: ManageProjects,
    @Inject(Presenter) private readonly presenter: Presenter,
  ) {}

  @Get()
  @Requires('identity:read')
  @ListDocs(projectDocs)
  async list(
    @RawQuery() parameters: QueryParameters,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const query = new ListQuery(parameters);
    const filter = given({
      name: query.text('name'),
      domainId: query.text('domain_id') ?? query.text('parent_id'),
      isEnabled: query.flag('enabled'),
    });
    const page = await this.projects.list(filter, query.page());
    return this.presenter.many('projects', page, toProjectJson, request);
  }

  @Get(':project_id')
  @Authenticated()
  @ShowDocs(projectDocs)
  async show(
    @Param('project_id') id: string,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const project = await this.projects.show(id, principal);
    return this.presenter.one('project', project, toProjectJson, request);
  }

  @Post()
  @Requires('identity:manage')
  @CreateDocs(projectDocs, CreateProjectRequest)
  async create(
    @ValidatedBody(CreateProjectRequest) body: CreateProjectRequest,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const project = await this.projects.create(toNewProject(body));
    return this.presenter.one('project', project, toProjectJson, request);
  }

  @Patch(':project_id')
  @Requires('identity:manage')
  @ChangeDocs(projectDocs, ChangeProjectRequest)
  async change(
    @Param('project_id') id: string,
    @ValidatedBody(ChangeProjectRequest) body: ChangeProjectRequest,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const project = await this.projects.change(id, toProjectChanges(body));
    return this.presenter.one('project', project, toProjectJson, request);
  }

  @Delete(':project_id')
  @Requires('identity:manage')
  @HttpCode(204)
  @DeleteDocs(projectDocs, 'Tokens for the project end. The images that it owns stay.')
  async remove(@Param('project_id') id: string): Promise<void> {
    await this.projects.remove(id);
  }
}
