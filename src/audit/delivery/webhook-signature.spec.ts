import { describe, expect, it } from '@jest/globals';
import { signatureHeaders } from './webhook-signature.js';

describe('signatureHeaders', () => {
  it('signs as the example of Standard Webhooks does', () => {
    const message = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1_614_265_330,
      body: '{"test": 2432232314}',
    };

    expect(signatureHeaders(message, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')).toEqual({
      'webhook-id': message.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('takes a secret without the prefix as it is', () => {
    const message = { id: '1', timestamp: 0, body: '' };

    expect(signatureHeaders(message, 'plain')).not.toEqual(signatureHeaders(message, 'other'));
  });
});
