import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { Fails } from '../../api/http/openapi.js';

const READERS = [403, 'Administrators and readers of the system may.'] as const;
const ADMINS = [403, 'Administrators may.'] as const;

export const ListGrantsDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary: 'List the roles of a user there' }),
    ApiResponse({ status: 200, description: 'The roles that were given; none is an empty list.' }),
    Fails(READERS),
  );

export const GiveRoleDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary: 'Give a user a role there', description: 'Once is as good as twice.' }),
    ApiResponse({ status: 204, description: 'The user has the role, in valid tokens too.' }),
    Fails(ADMINS, [404, 'The user, the role, or the project or domain does not exist.']),
  );

export const CheckGrantDocs = (method = 'head'): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary: `Check whether a user has a role there (${method.toUpperCase()})` }),
    ApiResponse({ status: 204, description: 'The user has it.' }),
    Fails(READERS, [404, 'The user has it not.']),
  );

export const TakeRoleDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary: 'Take a role from a user there' }),
    ApiResponse({ status: 204, description: 'The user has it no more, in valid tokens either.' }),
    Fails(ADMINS, [404, 'The user had it not.']),
  );
