import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation } from '@nestjs/swagger';
import { Fails } from '../../api/http/openapi.js';
import { CreateApplicationCredentialRequest } from './application-credential.requests.js';
import { applicationCredentialDocs } from './directory.examples.js';
import { OneReply } from './directory.openapi.js';
import { newApplicationCredential } from './directory.openapi-schemas.js';

const createdDocs = {
  ...applicationCredentialDocs,
  schema: newApplicationCredential,
  example: { ...applicationCredentialDocs.example, secret: 'shown this once' },
};

export const CreateCredentialDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'createApplicationCredential',
      summary: 'Create an application credential',
      description: 'For the project of the token. The secret is shown in this reply only.',
    }),
    ApiBody({ type: CreateApplicationCredentialRequest }),
    OneReply('Created.', createdDocs, 201),
    Fails(
      [400, 'Malformed; a role that the token has not; an end in the past; access rules.'],
      [403, 'Somebody else’s, a token for no project, or a restricted credential itself.'],
      [409, 'The user has one of that name.'],
      413,
    ),
  );
