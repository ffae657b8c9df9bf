import type { FederatedLogin, FederatedSource } from '../../domain/federated-login.js';

/** Port: what issuers have vouched for. */
export abstract class FederatedLoginRepository {
  /** Also forgets the log-ins whose tokens nobody could show any more. */
  abstract add(login: FederatedLogin, source: FederatedSource): Promise<void>;
  abstract find(id: string): Promise<FederatedLogin | null>;
}
