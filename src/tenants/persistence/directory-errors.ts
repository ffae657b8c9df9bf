import { ReferenceLost, UniqueViolation } from '../../platform/database/database-errors.js';
import { EntityNotFound, NameTaken, type EntityKind } from '../domain/identity.errors.js';

/** What a failed write was about, to say it in the words of the directory. */
interface Attempt {
  readonly kind: EntityKind;
  readonly name?: string | undefined;
  /** What is missing when a row or a reference was not found. */
  readonly missing: readonly [kind: EntityKind, id: string];
}

/** Runs a write and names what stood in its way. @throws NameTaken, EntityNotFound */
export async function explained<T>(attempt: Attempt, write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof UniqueViolation) {
      throw new NameTaken(attempt.kind, attempt.name ?? '', error);
    }
    if (error instanceof ReferenceLost) throw new EntityNotFound(...attempt.missing);
    throw error;
  }
}
