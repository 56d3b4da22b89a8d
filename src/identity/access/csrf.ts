import { timingSafeEqual } from 'node:crypto';
import { type FastifyRequest } from 'fastify';
import { csrfRefused } from '../identity.errors.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Requires that a session's request that changes something comes from Hangar's own pages: it carries the session's CSRF
 * token, and the headers of the browser name no other origin.
 *
 * @throws {DomainError} `csrf_refused`
 */
export function requireOwnPage(request: FastifyRequest, csrfToken: string, ownOrigin: string): void {
  if (SAFE_METHODS.has(request.method)) return;
  if (!isSameOrigin(request, ownOrigin)) throw csrfRefused('site');
  if (!isSame(givenToken(request), csrfToken)) throw csrfRefused('token');
}

/**
 * Requires that a session's GET that is audited was not sent by another site.
 *
 * @throws {DomainError} `csrf_refused`
 */
export function requireOwnRead(request: FastifyRequest, ownOrigin: string): void {
  if (isSentByOtherSite(request, ownOrigin)) throw csrfRefused('link');
}

/** `Sec-Fetch-Site` is `none` for what the person types or opens from a bookmark. */
export function isSentByOtherSite(request: FastifyRequest, ownOrigin: string): boolean {
  return request.headers['sec-fetch-site'] !== 'none' && !isSameOrigin(request, ownOrigin);
}

/**
 * `Sec-Fetch-Site` takes precedence if present: `Origin` is `null` for a form on a page with `Referrer-Policy: no-referrer`
 * (Fetch §3.2.1).
 */
function isSameOrigin({ headers }: FastifyRequest, ownOrigin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return headers.origin === undefined || headers.origin === new URL(ownOrigin).origin;
}

function givenToken({ headers, body }: FastifyRequest): string {
  const inHeader = headers['x-csrf-token'];
  if (typeof inHeader === 'string') return inHeader;
  const inForm = typeof body === 'object' && body !== null && '_csrf' in body ? body._csrf : undefined;
  return typeof inForm === 'string' ? inForm : '';
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
