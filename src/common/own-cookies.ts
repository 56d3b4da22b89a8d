import { type FastifyInstance } from 'fastify';

/** Hangar sets up to 19: eight pending installs, eight sign-ins, a session and two with texts for the next page. */
const MAX_COOKIES = 24;
const OWN = /^\s*(?:__(?:Host|Secure)-)?hangar-[a-z0-9-]{1,40}=/;

/**
 * Removes all cookies but Hangar's own from requests before they are parsed: a company's domain has many, and
 * a client may send thousands.
 */
export function keepOwnCookies(server: FastifyInstance): void {
  server.addHook('onRequest', ({ raw: { headers } }, _reply, done) => {
    if (headers.cookie !== undefined) headers.cookie = ownCookies(headers.cookie);
    done();
  });
}

/** The first of Hangar's own cookies in the header. */
export function ownCookies(header: string): string {
  const own = header.split(';').filter((cookie) => OWN.test(cookie));
  return own.slice(0, MAX_COOKIES).join(';');
}
