import { type IncomingMessage, type Server } from 'node:http';
import { type Socket } from 'node:net';

/**
 * Limits the number of open connections. At the limit a new connection replaces one that waits for its client: one without a
 * complete request first, then an idle one. If all wait for this server, the new one is closed.
 */
export function limitConnections(server: Server, max: number): void {
  const connections = new Map<Socket, IncomingMessage | undefined>();
  server.on('connection', (socket: Socket) => {
    if (connections.size >= max) {
      const victim = replaceable(connections) ?? socket;
      connections.delete(victim);
      victim.destroy();
      if (victim === socket) return;
    }
    connections.set(socket, undefined);
    socket.once('close', () => connections.delete(socket));
  });
  server.prependListener('request', (request, response) => {
    const { socket } = request;
    connections.set(socket, request);
    response.once('close', () => {
      if (!socket.destroyed && connections.get(socket) === request && request.complete)
        connections.set(socket, undefined);
    });
  });
}

/** The connection that has waited longest for its client. */
function replaceable(connections: ReadonlyMap<Socket, IncomingMessage | undefined>): Socket | undefined {
  let idle: Socket | undefined;
  for (const [socket, request] of connections) {
    if (request ? !request.complete : socket.bytesWritten === 0) return socket;
    if (!request) idle ??= socket;
  }
  return idle;
}
