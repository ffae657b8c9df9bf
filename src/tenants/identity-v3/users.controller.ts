import {
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Ip,
  Param,
  Patch,
  Post,
  Req,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { NeedsToken } from '../../api/http/openapi.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { Authenticated, CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ChangePassword } from '../application/change-password.js';
import { ManageUsers } from '../application/manage-users.js';
import { userDocs } from './directory.examples.js';
import { ChangeDocs, CreateDocs, DeleteDocs, ListDocs, ShowDocs } from './directory.openapi.js';
import { toUserJson } from './directory.representation.js';
import { ListQuery, given } from './list-query.js';
import { Presenter } from './presenter.js';
import { ChangePasswordDocs } from './users.openapi.js';
import {
  ChangePasswordRequest,
  ChangeUserRequest,
  CreateUserRequest,
  toNewUser,
  toPasswordChange,
  toUserChanges,
} from './user.requests.js';
import { ValidatedBody } from './validated-body.js';

/** Users and their passwords. */
@ApiTags('Identity API v3: users')
@NeedsToken()
@Controller('identity/v3/users')
export class UsersController {
  constructor(
    @Inject(ManageUsers) private readonly users: ManageUsers,
    @Inject(ChangePassword) private readonly changePassword: ChangePassword,
    @Inject(Presenter) private readonly presenter: Presenter,
  ) {}

  @Get()
  @Requires('identity:read')
  @ListDocs(userDocs)
  async list(
    @RawQuery() parameters: QueryParameters,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const query = new ListQuery(parameters);
    const filter = given({
      name: query.text('name'),
      domainId: query.text('domain_id'),
      isEnabled: query.flag('enabled'),
    });
    const page = await this.users.list(filter, query.page());
    return this.presenter.many('users', page, toUserJson, request);
  }

  @Get(':user_id')
  @Authenticated()
  @ShowDocs(userDocs)
  async show(
    @Param('user_id') id: string,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const user = await this.users.show(id, principal);
    return this.presenter.one('user', user, toUserJson, request);
  }

  @Post()
  @Requires('identity:manage')
  @CreateDocs(userDocs, CreateUserRequest)
  async create(
    @ValidatedBody(CreateUserRequest) body: CreateUserRequest,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const user = await this.users.create(toNewUser(body));
    return this.presenter.one('user', user, toUserJson, request);
  }

  @Patch(':user_id')
  @Requires('identity:manage')
  @ChangeDocs(userDocs, ChangeUserRequest)
  async change(
    @Param('user_id') id: string,
    @ValidatedBody(ChangeUserRequest) body: ChangeUserRequest,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const user = await this.users.change(id, toUserChanges(body));
    return this.presenter.one('user', user, toUserJson, request);
  }

  @Delete(':user_id')
  @Requires('identity:manage')
  @HttpCode(204)
  @DeleteDocs(userDocs, 'Its tokens and application credentials end.')
  async remove(@Param('user_id') id: string): Promise<void> {
    await this.users.remove(id);
  }

  @Post(':user_id/password')
  @Authenticated()
  @HttpCode(204)
  @ChangePasswordDocs()
  async setPassword(
    @Param('user_id') id: string,
    @ValidatedBody(ChangePasswordRequest) body: ChangePasswordRequest,
    @Ip() address: string,
  ): Promise<void> {
    await this.changePassword.execute(toPasswordChange(body, id, address));
  }
}
