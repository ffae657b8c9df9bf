import type { SchemaObject } from '@nestjs/swagger';
import {
  flag,
  listOf,
  noMembers,
  nullableText,
  objectOf,
  text,
} from '../../api/http/openapi-schemas.js';
import { MAX_TAGS, MAX_TAG } from './fields.js';

/** The entities as the Identity API shows them (identity B7). */

export const named = objectOf({ id: text, name: text });
export const namedInDomain = objectOf({ id: text, name: text, domain: named });

const link: SchemaObject = { type: 'string', format: 'uri' };
const links = objectOf({ self: link });
const tags: SchemaObject = {
  ...listOf({ type: 'string', maxLength: MAX_TAG }),
  maxItems: MAX_TAGS,
};

export const project: SchemaObject = {
  title: 'Project',
  ...objectOf({
    id: text,
    name: text,
    domain_id: text,
    description: text,
    enabled: flag,
    parent_id: { type: 'string', description: 'The domain: projects have no other parent' },
    is_domain: { type: 'boolean', enum: [false] },
    tags,
    options: noMembers,
    links,
  }),
};

export const user: SchemaObject = {
  title: 'User',
  ...objectOf(
    {
      id: text,
      name: text,
      domain_id: text,
      enabled: flag,
      password_expires_at: { ...nullableText, description: 'Always null: passwords do not end' },
      options: noMembers,
      links,
    },
    { default_project_id: text, email: text, description: text },
  ),
};

export const domain: SchemaObject = {
  title: 'Domain',
  ...objectOf({
    id: text,
    name: text,
    description: text,
    enabled: flag,
    tags: { ...tags, maxItems: 0 },
    options: noMembers,
    links,
  }),
};

export const role: SchemaObject = {
  title: 'Role',
  ...objectOf({
    id: text,
    name: text,
    domain_id: { ...nullableText, description: 'Always null: roles belong to no domain' },
    description: nullableText,
    options: objectOf(
      {},
      { immutable: { type: 'boolean', enum: [true], description: 'Built in; absent otherwise' } },
    ),
    links,
  }),
};

const credential = {
  id: text,
  name: text,
  description: nullableText,
  user_id: text,
  project_id: text,
  roles: listOf(objectOf({ id: text, name: text, domain_id: nullableText })),
  expires_at: {
    ...nullableText,
    description: 'UTC without a zone: `YYYY-MM-DDTHH:MM:SS.ffffff`; null never ends',
  },
  unrestricted: {
    type: 'boolean',
    description: 'Whether its tokens may manage application credentials',
  },
  links,
};
export const applicationCredential: SchemaObject = {
  title: 'ApplicationCredential',
  ...objectOf(credential),
};
export const newApplicationCredential: SchemaObject = {
  title: 'NewApplicationCredential',
  ...objectOf({ ...credential, secret: text }),
};

/** Names only where they were asked for. */
const referred = objectOf({ id: text }, { name: text });
const referredInDomain = objectOf({ id: text }, { name: text, domain: named });

export const roleAssignment: SchemaObject = {
  title: 'RoleAssignment',
  ...objectOf({
    user: referredInDomain,
    role: referred,
    scope: {
      ...objectOf(
        {},
        {
          project: referredInDomain,
          domain: referred,
          system: objectOf({ all: { type: 'boolean', enum: [true] } }),
        },
      ),
      minProperties: 1,
      maxProperties: 1,
    },
    links: objectOf({ assignment: link }),
  }),
};

/** A role as it is listed where it was given. */
export const roleLink: SchemaObject = {
  title: 'RoleLink',
  ...objectOf({ id: text, name: text, links }),
};
export const roleInference: SchemaObject = {
  title: 'RoleInference',
  ...objectOf({ prior_role: roleLink, implies: listOf(roleLink) }),
};
