import { createHash } from 'node:crypto';
import { type FastifyRequest } from 'fastify';
import { canonicalJson } from '../../common/canonical-json.js';
import { type Operator } from '../../identity/operator.js';
import { requestFaults } from '../http/api.errors.js';

/** A structured-field string (RFC 9651 §3.3.3), or the same without its quotes, as many clients send it. */
const KEY = /^(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255}))$/;

/** The request's key; `undefined` where it has none. @throws {DomainError} 400 for one that cannot be a key */
export function idempotencyKey({ headers }: FastifyRequest): string | undefined {
  const given = headers['idempotency-key'];
  if (given === undefined) return undefined;
  const [, quoted, bare] = KEY.exec(String(given)) ?? [];
  const key = quoted ?? bare;
  if (key !== undefined) return key;
  const problem = 'must be a text of 1 to 255 printable ASCII characters without quotes and backslashes';
  throw requestFaults([{ parameter: 'Idempotency-Key', problem }]);
}

/** What names the key: no operator can meet another's. */
export function keyId({ issuer, subject }: Operator, key: string): string {
  return hash([issuer, subject, key]);
}

/** What makes two requests the same: method, address and what the body says, in whichever order. */
export function requestId({ method, url, body }: FastifyRequest): string {
  return hash([method, url, body ?? null]);
}

function hash(parts: readonly unknown[]): string {
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}
