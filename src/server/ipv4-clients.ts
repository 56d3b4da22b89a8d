import { type Server } from 'node:http';
import { isIPv4, type Socket } from 'node:net';

const MAPPED = '::ffff:';

/** Gives clients that come by IPv4 their IPv4 address on a server that listens on both families: Node says `::ffff:192.0.2.7`, and audit log, limits and `TRUSTED_PROXIES` would know one client by two names. */
export function unmapIpv4Clients(server: Server): void {
  server.prependListener('connection', (socket: Socket) => {
    const address = socket.remoteAddress?.startsWith(MAPPED) ? socket.remoteAddress.slice(MAPPED.length) : '';
    if (isIPv4(address)) Object.defineProperty(socket, 'remoteAddress', { value: address, configurable: true });
  });
}
