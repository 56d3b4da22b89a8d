import { createHash } from 'node:crypto';
import { type AuditRecord } from './audit-record.js';
import { canonicalJson } from '../common/canonical-json.js';

/**
 * The hash of an entry: SHA-256, as 64 hex digits, over the UTF-8 bytes of the entry as a JSON object in the form of
 * RFC 8785, without its member `hash`:
 *
 * - `seq` a number; `at` as `2026-01-31T09:00:00.000Z`, in UTC with three digits of milliseconds;
 * - `by` an object of `kind`, `id`, and `name` and `from` where they are known;
 * - `action`; `target` where there is one; `outcome`; `details` an object, maybe empty;
 * - `previous` the hash of the entry before, which chains them; 64 zeros for the first.
 *
 * A column that is null is a member that is left out. So the hash of a line of `hangar audit export` is the SHA-256 of
 * that line without `hash`, its names sorted.
 */
export function hashOf(entry: Omit<AuditRecord, 'hash'> & { readonly hash?: string }): string {
  const { hash: _, at, ...rest } = entry;
  const text = canonicalJson({ ...rest, at: at.toJSON() });
  return createHash('sha256').update(text).digest('hex');
}
