import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsByteLength,
  IsDefined,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';

/** Members of request bodies: each decorator checks the value and describes it for OpenAPI. */

const NAME = { minLength: 1, maxLength: 255, example: 'demo' } as const;
const MAX_PASSWORD_BYTES = 4096;

export const Name = (): PropertyDecorator =>
  applyDecorators(ApiProperty(NAME), IsDefined(), ...nameChecks());

export const OptionalName = (): PropertyDecorator =>
  applyDecorators(ApiPropertyOptional(NAME), IsOptional(), ...nameChecks());

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

/** At most 80 tags of at most 255 characters. */
export const OptionalTags = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: [String], maxItems: 80 }),
    IsOptional(),
    IsArray(),
    ArrayMaxSize(80),
    IsString({ each: true }),
    Length(1, 255, { each: true }),
  );

/** The one member of the envelope. (OpenAPI knows a lazy type by the name of the function.) */
export const Envelope = (type: () => new () => object): PropertyDecorator =>
  applyDecorators(ApiProperty({ type: () => type() }), IsDefined(), ValidateNested(), Type(type));

const nameChecks = (): PropertyDecorator[] => [
  IsString(),
  Length(1, 255),
  Matches(/\S/, { message: '$property must not be blank' }),
];
