import { ValidationPipe, type Type } from '@nestjs/common';
import { IdentityBody } from './identity-body.js';

/** The JSON body as an instance of a request class. Members that the class does not know are dropped. */
export const ValidatedBody = (type: Type<object>): ParameterDecorator =>
  IdentityBody(
    new ValidationPipe({
      expectedType: type,
      transform: true,
      whitelist: true,
      validateCustomDecorators: true,
      forbidUnknownValues: true,
    }),
  );
