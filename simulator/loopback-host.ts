import { isIP } from 'node:net';
import { type FastifyReply, type FastifyRequest } from 'fastify';

const LOOPBACK = /^(?:(?:[a-z\d-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;
const ALL_INTERFACES = new Set(['0.0.0.0', '::']);
const MISDIRECTED = 421;

/**
 * An `onRequest` hook that rejects requests whose `Host` is no name of this machine: a page on the internet can have its own
 * name resolve to 127.0.0.1 (DNS rebinding), and browsers would then let it read and change everything here.
 *
 * @param listensOn also accepted; on all interfaces, every IP address
 */
export function rejectForeignHosts(listensOn: string) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    const address = host.replace(/^\[(.*)\]$/, '$1');
    if (LOOPBACK.test(host) || address === listensOn) return;
    if (ALL_INTERFACES.has(listensOn) && isIP(address) !== 0) return;
    await reply.code(MISDIRECTED).type('text/plain').send('The simulator answers to localhost and 127.0.0.1 only.');
  };
}
