import { Forbidden } from '../../kernel/errors.js';

/** Where the bytes of an image are is the operator's business; clients neither see nor set it (S-32). */
export class LocationsHidden extends Forbidden {
  constructor() {
    super('Image locations are not visible in this deployment.');
  }
}
