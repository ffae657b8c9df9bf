// Loaded into a service with `NODE_OPTIONS=--import=…`: a request that says so raises a fault that nobody catches.
import { subscribe } from 'node:diagnostics_channel';

subscribe('http.server.request.start', ({ request }) => {
  const fault = request.headers['x-raise-fault'];
  if (fault === 'rejection') void Promise.reject(new Error('raised by a test'));
  if (fault === 'exception')
    setImmediate(() => {
      throw new Error('raised by a test');
    });
});
