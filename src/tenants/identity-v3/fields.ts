import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsByteLength,
  IsDefined,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';

/** Members of request bodies: each decorator checks the value and describes it for OpenAPI. */

const MAX_NAME = 255;
/** Of domains and projects, as in Keystone. */
export const MAX_SHORT_NAME = 64;
const MAX_PASSWORD_BYTES = 4096;
/** Of a project; each of at most so many characters. */
export const MAX_TAGS = 80;
export const MAX_TAG = 255;

export const Name = (maxLength = MAX_NAME): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ minLength: 1, maxLength, example: 'demo' }),
    IsDefined(),
    ...nameChecks(maxLength),
  );

export const OptionalName = (maxLength = MAX_NAME): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ minLength: 1, maxLength, example: 'demo', type: String }),
    IsOptional(),
    ...nameChecks(maxLength),
  );

export const OptionalId = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ maxLength: 64, type: String }),
    IsOptional(),
    IsString(),
    MaxLength(64),
  );

export const OptionalText = (maxLength = 4096): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ maxLength, type: String }),
    IsOptional(),
    IsString(),
    MaxLength(maxLength),
  );

export const OptionalFlag = (): PropertyDecorator =>
  applyDecorators(ApiPropertyOptional({ type: Boolean }), IsOptional(), IsBoolean());

export const Password = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ format: 'password', description: 'At most 4096 bytes' }),
    IsString(),
    IsByteLength(1, MAX_PASSWORD_BYTES),
  );

export const OptionalPassword = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ format: 'password', type: String, description: 'At most 4096 bytes' }),
    IsOptional(),
    IsString(),
    IsByteLength(1, MAX_PASSWORD_BYTES),
  );

export const OptionalTags = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: [String], maxItems: MAX_TAGS }),
    IsOptional(),
    IsArray(),
    ArrayMaxSize(MAX_TAGS),
    IsString({ each: true }),
    Length(1, MAX_TAG, { each: true }),
  );

/** The one member of the envelope. (OpenAPI knows a lazy type by the name of the function.) */
export const Envelope = (type: () => new () => object): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: () => type() }),
    IsDefined(),
    IsObject(), // ValidateNested alone takes arrays too
    ValidateNested(),
    Type(type),
  );

const nameChecks = (maxLength: number): PropertyDecorator[] => [
  IsString(),
  Length(1, maxLength),
  Matches(/\S/, { message: '$property must not be blank' }),
];
