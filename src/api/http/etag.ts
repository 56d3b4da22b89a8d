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

/** Sends a representation with its `ETag`; 304 and nothing where `If-None-Match` names it (§13.1.2). */
export function sendVersioned(request: FastifyRequest, reply: FastifyReply, representation: object): void {
  const etag = etagOf(representation);
  reply.header('etag', etag);
  if (names(request.headers['if-none-match'], etag, true)) void reply.status(NOT_MODIFIED).send();
  else void reply.send(representation);
}

/** @throws {DomainError} 412 where the request has `If-Match` and it does not name the present version (§13.1.1) */
export async function requireMatch(request: FastifyRequest, present: () => Promise<object>): Promise<void> {
  const wanted = request.headers['if-match'];
  if (wanted !== undefined && !names(wanted, etagOf(await present()), false)) throw preconditionFailed();
}

/** `If-None-Match` is compared weakly, `If-Match` strongly (§8.8.3.2). */
function names(header: string | undefined, etag: string, weakly: boolean): boolean {
  const tags = header?.split(',').map((tag) => tag.trim()) ?? [];
  return tags.some((tag) => tag === '*' || tag === etag || (weakly && tag === `W/${etag}`));
}
