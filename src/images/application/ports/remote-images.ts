import type { RemoteAddress, RemoteImage } from '../../domain/remote-image.js';
import type { RemoteDataAnswer, RemoteDataOptions } from './remote-data.js';

/**
 * Port: images of other regions that the operator has named. Failures are `DomainError`s whose text tells nothing of
 * the network behind (S-57).
 */
export abstract class RemoteImages {
  /** Is there any region? */
  abstract readonly isConfigured: boolean;

  /**
   * The image as the caller sees it there.
   * @param token the caller's own
   * @throws RemoteImageRefused unless it is active and the caller may read its data
   */
  abstract find(address: RemoteAddress, token: string): Promise<RemoteImage>;

  /**
   * Opens the data with the credential of the operator: nobody's token is kept until a worker has time.
   * @throws RemoteImageRefused when the image is not active any more, or not the same
   */
  abstract open(
    address: RemoteAddress,
    expected: RemoteImage,
    options: RemoteDataOptions,
  ): Promise<RemoteDataAnswer>;
}
