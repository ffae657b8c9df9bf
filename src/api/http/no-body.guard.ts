import {
  Injectable,
  UseGuards,
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { refuseBody } from './body-presence.js';

/** Answers 400 to a body on a route that takes none; runs after authentication. */
@Injectable()
class NoBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    refuseBody(context.switchToHttp().getRequest<{ raw: IncomingMessage }>().raw);
    return true;
  }
}

export const NoBody = (): MethodDecorator & ClassDecorator =>
  applyDecorators(UseGuards(NoBodyGuard));
