import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { NotFound } from '../../kernel/errors.js';
import { isStorableText } from './text-safety.js';

/** A path segment that no stored text can equal names nothing: 404 before the database is asked (S-44). */
@Injectable()
export class PathTextGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { params } = context.switchToHttp().getRequest<{ params: Record<string, string> }>();
    if (!Object.values(params).every(isStorableText)) throw new NotFound();
    return true;
  }
}
