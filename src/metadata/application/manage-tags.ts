import { Injectable } from '@nestjs/common';
import type { Principal } from '../../kernel/principal.js';
import { assertDistinct } from '../domain/namespace-contents.js';
import { ManageDefinitions } from './manage-definitions.js';

@Injectable()
export class ManageTags extends ManageDefinitions<'tag'> {
  protected readonly kind = 'tag';

  /**
   * Writes many tags at once: in the place of all that are there, or in addition to them.
   * @throws DefinitionExists when a name is taken or occurs twice; then nothing has changed
   * @throws DefinitionLimitExceeded
   */
  async write(
    namespace: string,
    { names, append }: { readonly names: readonly string[]; readonly append: boolean },
    principal: Principal,
  ): Promise<void> {
    const set = this.in(await this.gate.forWriting(namespace, principal));
    const drafts = names.map((name) => ({ name, document: null }));
    assertDistinct(drafts);
    const write = append ? 'add' : 'replaceAll';
    await this.definitions[write](set, drafts, new Date());
  }
}
