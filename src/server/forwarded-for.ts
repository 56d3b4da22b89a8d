import { isIP } from 'node:net';
import { type FastifyInstance } from 'fastify';

const HEADER = 'x-forwarded-for';
/** `192.0.2.7:443`, `[2001:db8::1]`, `[2001:db8::1]:443`: some proxies add the port. */
const WITH_PORT = /^(?:\[([\da-f:.]+)\](?::\d+)?|([\d.]+):\d+)$/i;

/**
 * Reduces `X-Forwarded-For` to addresses, before the client's address is read: audit log and limits per address know a
 * client by it. An entry that is no address hides those before it, which no trusted proxy vouches for.
 */
export function readForwardedAddresses(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request.raw;
    const forwarded = headers[HEADER];
    if (typeof forwarded === 'string') headers[HEADER] = forwardedAddresses(forwarded).join(', ');
    done();
  });
}

/** The addresses at the end of the header, the proxy's own entry last. */
export function forwardedAddresses(header: string): string[] {
  const entries = header.split(',').map(addressIn);
  return entries.slice(entries.lastIndexOf(undefined) + 1).filter((entry) => entry !== undefined);
}

function addressIn(entry: string): string | undefined {
  const text = entry.trim();
  const [, ipv6, ipv4] = WITH_PORT.exec(text) ?? [];
  const address = ipv6 ?? ipv4 ?? text;
  return isIP(address) === 0 ? undefined : address;
}
