import { InvalidRequest, NotFound, quote } from '../../kernel/errors.js';

/** The operator switched it off, the deployment is not made for it, or nobody knows it. */
export class ImportMethodNotOffered extends InvalidRequest {
  constructor(name: string) {
    super(`The import method ${quote(name)} is not enabled.`);
  }
}

/** Without `glance-direct` nothing could be done with staged bytes. */
export class StagingNotOffered extends NotFound {
  constructor() {
    super('Staging is not enabled in this deployment.');
  }
}
