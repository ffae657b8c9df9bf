import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** The key of a secret: what stands behind `whsec_` is Base64; any other text is the key itself. */
function keyOf(secret: string): Buffer {
  return secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), 'base64')
    : Buffer.from(secret);
}

export interface SignedMessage {
  readonly id: string;
  /** Seconds since 1970; the receiver refuses old ones. */
  readonly timestamp: number;
  readonly body: string;
}

/** The headers of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body. */
export function signatureHeaders(
  { id, timestamp, body }: SignedMessage,
  secret: string,
): Record<string, string> {
  const content = `${id}.${timestamp}.${body}`;
  const signature = createHmac('sha256', keyOf(secret)).update(content).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  };
}
