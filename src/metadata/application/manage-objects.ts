import { Injectable } from '@nestjs/common';
import { ManageDefinitions } from './manage-definitions.js';

@Injectable()
export class ManageObjects extends ManageDefinitions<'object'> {
  protected readonly kind = 'object';
}
