import { readFileSync } from 'node:fs';
import { ConfigError } from '../../platform/config/config.js';
import {
  PropertyRules,
  UNPROTECTED,
  type PropertyAction,
  type PropertyProtection,
  type PropertyRule,
} from '../domain/property-protection.js';

const ACTIONS: readonly PropertyAction[] = ['create', 'read', 'update', 'delete'];

/** The operator's protections, or none. @throws ConfigError naming the line */
export function loadPropertyProtection(path: string | null): PropertyProtection {
  if (path === null) return UNPROTECTED;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`CATALOG_PROPERTY_PROTECTIONS_FILE: cannot read ${path}.`, {
      cause: error,
    });
  }
  return new PropertyRules(parsePropertyProtections(text));
}

/**
 * Reads the format of Glance's `property-protections.conf` with roles: a section per regular expression, matched
 * from the start of the name, with `create`, `read`, `update` and `delete` as comma-separated roles.
 */
export function parsePropertyProtections(text: string): PropertyRule[] {
  const sections: Section[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    const isBlank = line === '' || line.startsWith('#') || line.startsWith(';');
    if (!isBlank) readLine(line, index, sections);
  }
  return sections.map(({ pattern, roles, line }) => ({ pattern, roles: complete(roles, line) }));
}

interface Section {
  readonly pattern: RegExp;
  readonly roles: Map<string, string[]>;
  /** Where it begins, from 0. */
  readonly line: number;
}

function readLine(text: string, line: number, sections: Section[]): void {
  const source = /^\[(.+)\]$/.exec(text)?.[1];
  if (source !== undefined) {
    sections.push({ pattern: patternOf(source, line), roles: new Map(), line });
    return;
  }
  const [, action = '', roles = ''] = /^(\w+)\s*[=:]\s*(.*)$/.exec(text) ?? [];
  const section = sections.at(-1);
  if (section === undefined || !ACTIONS.some((known) => known === action)) {
    throw malformed(line, 'expected [pattern] or create/read/update/delete = roles');
  }
  section.roles.set(action, roleNames(roles));
}

const roleNames = (text: string): string[] =>
  text
    .split(',')
    .map((role) => role.trim().toLowerCase())
    .filter((role) => role !== '');

function complete(roles: Map<string, string[]>, line: number): PropertyRule['roles'] {
  const rolesFor = (action: PropertyAction): string[] => {
    const names = roles.get(action);
    if (names === undefined) throw malformed(line, `${action} is missing`);
    return names;
  };
  return {
    create: rolesFor('create'),
    read: rolesFor('read'),
    update: rolesFor('update'),
    delete: rolesFor('delete'),
  };
}

function patternOf(source: string, line: number): RegExp {
  try {
    return new RegExp(`^(?:${source})`);
  } catch (error) {
    throw malformed(line, 'the pattern is no regular expression', error);
  }
}

const malformed = (line: number, reason: string, cause?: unknown): ConfigError =>
  new ConfigError(`CATALOG_PROPERTY_PROTECTIONS_FILE, line ${line + 1}: ${reason}.`, { cause });
