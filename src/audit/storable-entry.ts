import { type Actor } from './actor.js';
import { type AuditEntry } from './audit-entry.js';

const SHOWN = '[secret]';
/** Texts that are indexed: below what a page of PostgreSQL's indexes takes, in any script. */
const MAX_COLUMN_LENGTH = 500;
const MAX_TEXT_LENGTH = 2000;
const DEEPEST = 12;
/** Members whose text is a secret, whatever it says. */
const SECRET_NAME =
  /(secret|password|passwd|token|cookie|authorization|credential|verifier|encryption_?keys?)s?$/i;
/** Texts that are secrets, whatever they are called: a JWT or JWE, a bearer's credential, a webhook's secret, a login in an address. */
const SECRET_TEXT = /eyJ[\w-]+\.[\w-]*\.|\bBearer\s+\S|\bplane_wh_\w|:\/\/[^/\s:@]*:[^/\s@]+@/;

/**
 * An entry as the audit log can hold it: nothing that is or looks like a secret, no text longer than 2,000 characters
 * (500 for actor and target), nothing that PostgreSQL's JSON refuses or would give back in another form.
 */
export function storableEntry({ by, action, target, outcome, details = {} }: AuditEntry): AuditEntry & {
  readonly details: Readonly<Record<string, unknown>>;
} {
  return {
    by: storableActor(by),
    action,
    ...(target !== undefined && { target: textOf(target, MAX_COLUMN_LENGTH) }),
    outcome,
    details: membersOf(JSON.parse(JSON.stringify(details, unjsonable)) as object, 0),
  };
}

function storableActor({ kind, id, name, from }: Actor): Actor {
  return {
    kind,
    id: textOf(id, MAX_COLUMN_LENGTH),
    ...(name !== undefined && { name: textOf(name, MAX_COLUMN_LENGTH) }),
    ...(from !== undefined && { from: textOf(from, MAX_COLUMN_LENGTH) }),
  };
}

/** Numbers that JSON does not have become texts. */
function unjsonable(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function membersOf(value: object, depth: number): Record<string, unknown> {
  const members = Object.entries(value).map(([name, each]) => [
    textOf(name, MAX_TEXT_LENGTH),
    typeof each === 'string' && SECRET_NAME.test(name) ? SHOWN : valueOf(each, depth + 1),
  ]);
  return Object.fromEntries(members) as Record<string, unknown>;
}

function valueOf(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return textOf(value, MAX_TEXT_LENGTH);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return '…';
  return Array.isArray(value) ? value.map((each) => valueOf(each, depth + 1)) : membersOf(value, depth);
}

function textOf(text: string, longest: number): string {
  if (SECRET_TEXT.test(text)) return SHOWN;
  const cut = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return cut.toWellFormed().replaceAll('\0', '\uFFFD');
}
