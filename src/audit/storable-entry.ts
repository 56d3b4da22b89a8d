import { type Actor } from './actor.js';
import { type AuditEntry } from './audit-entry.js';

const REDACTED = '[secret]';
/** Indexed texts: below the limit of PostgreSQL's index entries, in any script. */
const MAX_COLUMN_LENGTH = 500;
const MAX_TEXT_LENGTH = 2000;
const MAX_DEPTH = 12;
/** Names of properties whose text is always redacted. */
const SECRET_NAME = /(secret|password|passwd|token|cookie|authorization|credential|verifier|encryption_?keys?)s?$/i;
/** Texts that are always redacted: a JWT or JWE, a bearer token, a webhook secret, credentials in a URL. */
const SECRET_TEXT = /eyJ[\w-]+\.[\w-]*\.|\bBearer\s+\S|\bplane_wh_\w|:\/\/[^/\s:@]*:[^/\s@]+@/;

/**
 * An entry that the audit log can store: secrets are redacted, texts cut to 2,000 characters (500 for actor and target),
 * and values that PostgreSQL's JSON rejects or changes are converted.
 */
export function storableEntry({ by, action, target, outcome, details = {} }: AuditEntry): AuditEntry & {
  readonly details: Readonly<Record<string, unknown>>;
} {
  return {
    by: storableActor(by),
    action,
    ...(target !== undefined && { target: textOf(target, MAX_COLUMN_LENGTH) }),
    outcome,
    details: membersOf(JSON.parse(JSON.stringify(withIssuer(details, by), bigintToText)) as object, 0),
  };
}

/** The issuer is not in `by`, whose members the hashes of all earlier entries fix. */
function withIssuer(details: object, { issuer }: Actor): object {
  return issuer === undefined ? details : { ...details, issuer };
}

function storableActor({ kind, id, name, from }: Actor): Actor {
  return {
    kind,
    id: textOf(id, MAX_COLUMN_LENGTH),
    ...(name !== undefined && { name: textOf(name, MAX_COLUMN_LENGTH) }),
    ...(from !== undefined && { from: textOf(from, MAX_COLUMN_LENGTH) }),
  };
}

/** JSON has no bigint. */
function bigintToText(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function membersOf(value: object, depth: number): Record<string, unknown> {
  const members = Object.entries(value).map(([name, each]) => [
    textOf(name, MAX_TEXT_LENGTH),
    typeof each === 'string' && SECRET_NAME.test(name) ? REDACTED : valueOf(each, depth + 1),
  ]);
  return Object.fromEntries(members) as Record<string, unknown>;
}

function valueOf(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return textOf(value, MAX_TEXT_LENGTH);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '…';
  return Array.isArray(value) ? value.map((each) => valueOf(each, depth + 1)) : membersOf(value, depth);
}

function textOf(text: string, maxLength: number): string {
  if (SECRET_TEXT.test(text)) return REDACTED;
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return cut.toWellFormed().replaceAll('\0', '\uFFFD');
}
