import type { IncomingMessage } from 'node:http';

const rackspaceRequests = new WeakSet<IncomingMessage>();

/** Has a request answered as Rackspace's identity would: its errors are named faults. */
export function speakRackspace(request: IncomingMessage): void {
  rackspaceRequests.add(request);
}

export const speaksRackspace = (request: IncomingMessage): boolean =>
  rackspaceRequests.has(request);
