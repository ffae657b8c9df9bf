import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsOptional, ValidateNested } from 'class-validator';
import { parseIsoInstant } from '../../api/http/iso-instant.js';
import { InvalidRequest } from '../../kernel/errors.js';
import type { CreateApplicationCredentialCommand } from '../application/manage-application-credentials.js';
import type { Microtime } from '../domain/directory.js';
import {
  Envelope,
  Name,
  OptionalFlag,
  OptionalId,
  OptionalName,
  OptionalPassword,
  OptionalText,
} from './fields.js';

class RoleReference {
  @OptionalId() readonly id?: string | null;
  @OptionalName() readonly name?: string | null;
}

class CreateApplicationCredential {
  @Name() readonly name!: string;
  @OptionalText() readonly description?: string | null;
  @OptionalPassword() readonly secret?: string | null;
  @OptionalText(64) readonly expires_at?: string | null;
  @OptionalFlag() readonly unrestricted?: boolean | null;

  @ApiPropertyOptional({ type: [RoleReference], description: 'Default: the roles of the token' })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => RoleReference)
  readonly roles?: RoleReference[] | null;

  @ApiPropertyOptional({ type: [Object], maxItems: 0, description: 'Not supported' })
  @IsOptional()
  @IsArray()
  readonly access_rules?: object[] | null;
}

export class CreateApplicationCredentialRequest {
  @Envelope(() => CreateApplicationCredential)
  readonly application_credential!: CreateApplicationCredential;
}

/** @throws InvalidRequest for access rules: better no credential than one that can do more than was asked */
export function toNewCredential(
  { application_credential: credential }: CreateApplicationCredentialRequest,
  userId: string,
): CreateApplicationCredentialCommand {
  if ((credential.access_rules ?? null) !== null) {
    throw new InvalidRequest('Access rules are not supported.');
  }
  return {
    userId,
    name: credential.name,
    description: credential.description ?? null,
    secret: credential.secret ?? null,
    isUnrestricted: credential.unrestricted ?? false,
    expiresAt: microtimeOf(credential.expires_at ?? null),
    roles: credential.roles?.map(toRoleReference) ?? null,
  };
}

function microtimeOf(text: string | null): Microtime | null {
  if (text === null) return null;
  const instant = parseIsoInstant(text);
  if (instant === null) throw new InvalidRequest("'expires_at' is no ISO 8601 date and time.");
  const fraction = /[.,](\d{1,6})/.exec(text)?.[1] ?? '';
  return `${instant.toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}.${fraction.padEnd(6, '0')}`;
}

function toRoleReference({ id, name }: RoleReference) {
  if (typeof id === 'string') return { id };
  if (typeof name === 'string') return { name };
  throw new InvalidRequest("A role needs an 'id' or a 'name'.");
}
