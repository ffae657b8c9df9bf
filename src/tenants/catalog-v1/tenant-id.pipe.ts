import { Injectable, type PipeTransform } from '@nestjs/common';
import { InvalidRequest } from '../../kernel/errors.js';

/** In code points, as the owner of an image (S-49). */
const MAX_TENANT_ID_LENGTH = 255;

/** Any text may be the id of a tenant, known or not, as long as it fits. @throws InvalidRequest */
@Injectable()
export class TenantIdPipe implements PipeTransform<string, string> {
  transform(tenantId: string): string {
    if ([...tenantId].length > MAX_TENANT_ID_LENGTH) {
      throw new InvalidRequest(`A tenant id has at most ${MAX_TENANT_ID_LENGTH} characters.`);
    }
    return tenantId;
  }
}
