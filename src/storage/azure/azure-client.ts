import {
  ContainerClient,
  StorageRetryPolicyType,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { StoreSettings } from '../../platform/config/store-settings.js';

export type AzureSettings = Extract<StoreSettings, { driver: 'azure' }>;

const TRIES = 3;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;
/** For one call, its data included, apart from reading. */
const CALL_TIMEOUT_MS = 300_000;

/** The SDK's client of the container that holds the data. */
export function createContainerClient(settings: AzureSettings): ContainerClient {
  const { accountName, accountKey, container } = settings;
  const endpoint = settings.endpoint ?? `https://${accountName}.blob.core.windows.net`;
  return new ContainerClient(
    `${endpoint}/${container}`,
    new StorageSharedKeyCredential(accountName, accountKey.reveal()),
    {
      retryOptions: {
        maxTries: TRIES,
        retryDelayInMs: FIRST_PAUSE_MS,
        maxRetryDelayInMs: LONGEST_PAUSE_MS,
        retryPolicyType: StorageRetryPolicyType.EXPONENTIAL,
      },
    },
  );
}

/** Ends a call that the service does not answer. */
export const withinTime = () => ({ abortSignal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
