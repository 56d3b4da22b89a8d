import { createHash } from 'node:crypto';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { preconditionFailed } from './api.errors.js';

const NOT_MODIFIED = 304;
const HASH_LENGTH = 22;

/** The strong validator of a representation (RFC 9110 §8.8.3). */
export function etagOf(representation: object): string {
  const hash = createHash('sha256').update(JSON.stringify(representation)).digest('base64url');
  return `"${hash.slice(0, HASH_LENGTH)}"`;
}

/** Sends a representation with its `ETag`, or 304 where `If-None-Match` matches it (§13.1.2). */
export function sendVersioned(request: FastifyRequest, reply: FastifyReply, representation: object): void {
  const etag = etagOf(representation);
  reply.header('etag', etag);
  if (matches(request.headers['if-none-match'], etag, true)) void reply.status(NOT_MODIFIED).send();
  else void reply.send(representation);
}

/**
 * A check that fails with 412 where `If-Match` does not match the current version (§13.1.1); `undefined` without that
 * header. Run it with the lock of what is changed.
 */
export function requiredMatch(
  request: FastifyRequest,
  current: () => Promise<object>,
): (() => Promise<void>) | undefined {
  const expected = request.headers['if-match'];
  if (expected === undefined) return undefined;
  return async () => {
    if (!matches(expected, etagOf(await current()), false)) throw preconditionFailed();
  };
}

/** `If-None-Match` uses weak comparison, `If-Match` strong (§8.8.3.2). */
function matches(header: string | undefined, etag: string, weakly: boolean): boolean {
  const tags = header?.split(',').map((tag) => tag.trim()) ?? [];
  return tags.some((tag) => tag === '*' || tag === etag || (weakly && tag === `W/${etag}`));
}
