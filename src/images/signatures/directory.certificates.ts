import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Unavailable } from '../../kernel/errors.js';
import { CertificateSource } from '../application/ports/certificate-source.js';
import { normalizeImageId } from '../domain/image-id.js';

/** {@link CertificateSource} of a directory of the operator, with a file `<id>.pem` for each certificate. */
export class DirectoryCertificates extends CertificateSource {
  /** @param directory null: there are no certificates */
  constructor(private readonly directory: string | null) {
    super();
  }

  async find(id: string): Promise<Buffer | null> {
    // The id becomes part of a path: nothing but a UUID will do.
    const name = normalizeImageId(id);
    if (this.directory === null || name === null) return null;
    try {
      return await readFile(join(this.directory, `${name}.pem`));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new Unavailable('The certificates are not available.', { cause: error });
    }
  }
}
