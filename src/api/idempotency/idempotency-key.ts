import { createHash } from 'node:crypto';
import { type FastifyRequest } from 'fastify';
import { canonicalJson } from '../../common/canonical-json.js';
import { type Operator } from '../../identity/operator.js';
import { invalidRequest } from '../http/api.errors.js';

/** A structured-field string (RFC 9651 §3.3.3); many clients send it without the quotes. */
const KEY = /^(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255}))$/;

/** The request's key; `undefined` where it has none. @throws {DomainError} 400 for an invalid key */
export function idempotencyKey({ headers }: FastifyRequest): string | undefined {
  const given = headers['idempotency-key'];
  if (given === undefined) return undefined;
  const [, quoted, bare] = KEY.exec(String(given)) ?? [];
  const key = quoted ?? bare;
  if (key !== undefined) return key;
  const problem = 'must be a text of 1 to 255 printable ASCII characters without quotes and backslashes';
  throw invalidRequest([{ parameter: 'Idempotency-Key', problem }]);
}

/** The id of a key. It includes the operator, so that operators cannot use each other's keys. */
export function keyId({ issuer, subject }: Operator, key: string): string {
  return hash([issuer, subject, key]);
}

/** A hash of method, URL and body, whatever the order of the body's fields: equal for a repeated request. */
export function requestId({ method, url, body }: FastifyRequest): string {
  return hash([method, url, body ?? null]);
}

function hash(parts: readonly unknown[]): string {
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}
