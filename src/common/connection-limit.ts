import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';

/** Requests of one connection that are answered at the same time; no client of ours sends the next before a response. */
const MAX_PIPELINED = 8;
const SWEEP_MS = 10_000;

/** An open connection. */
interface Connection {
  /** Its last request, until the response has left. */
  request?: IncomingMessage | undefined;
  response?: ServerResponse | undefined;
  /** Requests without a complete response. */
  open: number;
  /** At the last sweep: bytes that the client had not read, and all bytes for it until then. */
  unread: number;
  written: number;
}

/**
 * Limits the number of open connections. At the limit a new connection replaces one that waits for its client: one whose
 * client sends its request or reads its response slowly first, then an idle one. If all wait for this server, the new one is
 * closed. Closes connections with many requests at once, and those whose client stops reading.
 */
export function limitConnections(server: Server, max: number): void {
  const connections = new Map<Socket, Connection>();
  const sweeping = setInterval(() => closeUnread(connections), SWEEP_MS).unref();
  server.once('close', () => clearInterval(sweeping));
  server.on('connection', (socket: Socket) => {
    if (connections.size >= max) {
      const victim = replaceable(connections) ?? socket;
      connections.delete(victim);
      victim.destroy();
      if (victim === socket) return;
    }
    connections.set(socket, { open: 0, unread: 0, written: 0 });
    socket.once('close', () => connections.delete(socket));
  });
  const handlers = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // Node emits every request that it has read, also after the connection was closed.
    if (!request.socket.destroyed && isAdmitted(connections.get(request.socket), request, response))
      for (const handle of handlers) handle.call(server, request, response);
  });
}

function isAdmitted(connection: Connection | undefined, request: IncomingMessage, response: ServerResponse): boolean {
  if (!connection) return true;
  if (connection.open >= MAX_PIPELINED) {
    request.socket.destroy();
    return false;
  }
  connection.open += 1;
  connection.request = request;
  connection.response = response;
  response.once('close', () => {
    connection.open -= 1;
    // An unread rest of its body is still to come.
    if (connection.request === request && request.complete) connection.request = connection.response = undefined;
  });
  return true;
}

/** The connection that has waited longest for its client. */
function replaceable(connections: ReadonlyMap<Socket, Connection>): Socket | undefined {
  let idle: Socket | undefined;
  for (const [socket, { request, response }] of connections) {
    if (request ? !request.complete || response?.writableEnded : socket.bytesWritten === 0) return socket;
    if (!request) idle ??= socket;
  }
  return idle;
}

/** Closes connections whose client has read nothing of its response since the last sweep. */
function closeUnread(connections: ReadonlyMap<Socket, Connection>): void {
  for (const [socket, connection] of connections) {
    const { writableLength: unread, bytesWritten: written } = socket;
    if (unread > 0 && unread === connection.unread && written === connection.written) socket.destroy();
    Object.assign(connection, { unread, written });
  }
}
