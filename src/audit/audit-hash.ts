import { createHash } from 'node:crypto';
import { type AuditRecord } from './audit-record.js';
import { canonicalJson } from '../common/canonical-json.js';

/**
 * The hash of an entry: SHA-256, as 64 hex digits, over the UTF-8 bytes of the entry as a JSON object in the form of
 * RFC 8785, without its member `hash`:
 *
 * - `seq` a number; `at` as `2026-01-31T09:00:00.000Z`, in UTC with three digits of milliseconds;
 * - `by` an object of `kind`, `id`, and, if known, `name` and `from`;
 * - `action`; `target` if there is one; `outcome`; `details` an object, possibly empty;
 * - `previous` the hash of the previous entry; 64 zeros for the first.
 *
 * Columns that are null are omitted. So the hash of a line of `hangar audit export` is the SHA-256 of that line without
 * `hash`, with sorted names.
 */
export function hashOf(entry: Omit<AuditRecord, 'hash'> & { readonly hash?: string }): string {
  const { hash: _, at, ...rest } = entry;
  const text = canonicalJson({ ...rest, at: at.toJSON() });
  return createHash('sha256').update(text).digest('hex');
}
