import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Between the opening of a connection and its first request, once the server is closing. */
const GRACE_MS = 1000;
const LOOK_MS = 250;

const known = new WeakMap<Server, SilentConnections>();

/**
 * The connections on which no request has come yet. Browsers and proxies open some in advance; Node.js takes them for
 * busy, so a server that is being closed would wait for them.
 */
export class SilentConnections {
  private readonly openedAt = new Map<Socket, number>();

  private constructor(server: Server) {
    // Under TLS a request names the secure socket, not the one below it.
    const opened = 'setSecureContext' in server ? 'secureConnection' : 'connection';
    server.on(opened, (socket: Socket) => {
      this.openedAt.set(socket, performance.now());
      socket.once('close', () => this.openedAt.delete(socket));
    });
    server.on('request', ({ socket }) => this.openedAt.delete(socket));
  }

  /** Of a server from the first call on: call it before the server listens. */
  static of(server: Server): SilentConnections {
    const connections = known.get(server) ?? new SilentConnections(server);
    known.set(server, connections);
    return connections;
  }

  /** Ends each one that has been silent for a moment. @returns how to stop doing that */
  hangUp(): () => void {
    const timer = setInterval(() => {
      const latest = performance.now() - GRACE_MS;
      for (const [socket, openedAt] of this.openedAt) {
        if (openedAt < latest) socket.destroy();
      }
    }, LOOK_MS).unref();
    return () => {
      clearInterval(timer);
    };
  }
}
