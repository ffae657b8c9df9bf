import { InvalidRequest } from '../../kernel/errors.js';
import type { NewProject, ProjectChanges } from '../application/ports/project.repository.js';
import { DEFAULT_DOMAIN_ID } from '../domain/directory.js';
import {
  Envelope,
  MAX_SHORT_NAME,
  Name,
  OptionalFlag,
  OptionalId,
  OptionalName,
  OptionalTags,
  OptionalText,
} from './fields.js';
import { given } from './list-query.js';

class CreateProject {
  @Name(MAX_SHORT_NAME) readonly name!: string;
  @OptionalId() readonly domain_id?: string | null;
  @OptionalId() readonly parent_id?: string | null;
  @OptionalFlag() readonly is_domain?: boolean | null;
  @OptionalText() readonly description?: string | null;
  @OptionalFlag() readonly enabled?: boolean | null;
  @OptionalTags() readonly tags?: string[] | null;
}

class ChangeProject {
  @OptionalName(MAX_SHORT_NAME) readonly name?: string | null;
  @OptionalText() readonly description?: string | null;
  @OptionalFlag() readonly enabled?: boolean | null;
  @OptionalTags() readonly tags?: string[] | null;
}

export class CreateProjectRequest {
  @Envelope(() => CreateProject) readonly project!: CreateProject;
}

export class ChangeProjectRequest {
  @Envelope(() => ChangeProject) readonly project!: ChangeProject;
}

/** @throws InvalidRequest for a project within a project, or one that acts as a domain */
export function toNewProject({ project }: CreateProjectRequest): NewProject {
  const domainId = project.domain_id ?? DEFAULT_DOMAIN_ID;
  if ((project.parent_id ?? domainId) !== domainId || project.is_domain === true) {
    throw new InvalidRequest('A project is a direct child of its domain, and not a domain itself.');
  }
  return {
    name: project.name,
    domainId,
    description: project.description ?? '',
    isEnabled: project.enabled ?? true,
    tags: [...new Set(project.tags)],
  };
}

export function toProjectChanges({ project }: ChangeProjectRequest): ProjectChanges {
  return given({
    name: project.name ?? undefined,
    description: project.description === null ? '' : project.description,
    isEnabled: project.enabled ?? undefined,
    tags: project.tags ?? undefined,
  });
}
