import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import { Fails } from '../../api/http/openapi.js';
import type { GrantTarget } from '../domain/role-assignment.js';
import { roleLinkDocs } from './directory.examples.js';
import { PageReply } from './directory.openapi.js';

type Target = GrantTarget['kind'];

const WHERE = {
  project: 'on a project',
  domain: 'on a domain',
  system: 'on the system',
} as const satisfies Record<Target, string>;

const READERS = [403, 'Administrators and readers of the system may.'] as const;
const ADMINS = [403, 'Administrators may.'] as const;

const TargetParams = (target: Target): MethodDecorator =>
  applyDecorators(
    ...(target === 'system' ? [] : [ApiParam({ name: `${target}_id` })]),
    ApiParam({ name: 'user_id' }),
  );

export const ListGrantsDocs = (target: Target): MethodDecorator =>
  applyDecorators(
    TargetParams(target),
    ApiOperation({ summary: `List the roles of a user ${WHERE[target]}` }),
    PageReply('The roles that were given; none is an empty list.', roleLinkDocs),
    Fails(READERS),
  );

export const GiveRoleDocs = (target: Target): MethodDecorator =>
  applyDecorators(
    TargetParams(target),
    ApiParam({ name: 'role_id' }),
    ApiOperation({
      summary: `Give a user a role ${WHERE[target]}`,
      description: 'Once is as good as twice.',
    }),
    ApiResponse({ status: 204, description: 'The user has the role, in valid tokens too.' }),
    Fails(ADMINS, [404, 'The user, the role, or what it is given on does not exist.']),
  );

export const CheckGrantDocs = (target: Target): MethodDecorator =>
  applyDecorators(
    TargetParams(target),
    ApiParam({ name: 'role_id' }),
    ApiOperation({ summary: `Check whether a user has a role ${WHERE[target]}` }),
    ApiResponse({ status: 204, description: 'The user has it.' }),
    Fails(READERS, [404, 'The user has it not.']),
  );

export const TakeRoleDocs = (target: Target): MethodDecorator =>
  applyDecorators(
    TargetParams(target),
    ApiParam({ name: 'role_id' }),
    ApiOperation({ summary: `Take a role from a user ${WHERE[target]}` }),
    ApiResponse({ status: 204, description: 'The user has it no more, in valid tokens either.' }),
    Fails(ADMINS, [404, 'The user had it not.']),
  );
