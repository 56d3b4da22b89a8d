import { type FastifyRequest } from 'fastify';
import { type DomainError } from '../../common/domain-error.js';

const UNAUTHORIZED = 401;
const REALM = 'Bearer realm="hangar"';

/** The `WWW-Authenticate` header for a rejected request (RFC 6750 §3); `undefined` where none is due. */
export function challengeOf(error: DomainError, request: FastifyRequest): string | undefined {
  if (error.status === UNAUTHORIZED && error.code === 'not_signed_in') return REALM;
  if (error.status === UNAUTHORIZED)
    return `${REALM}, error="invalid_token", error_description="${quotable(error.detail)}"`;
  const isBearer = /^Bearer /i.test(request.headers.authorization ?? '');
  if (error.code === 'role_missing' && isBearer) return `${REALM}, error="insufficient_scope"`;
  return undefined;
}

/** Replaces characters that RFC 6750 §3 does not allow in a description. */
function quotable(text: string): string {
  return text.replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "'");
}
