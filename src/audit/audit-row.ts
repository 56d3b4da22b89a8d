import { type ActorKind } from './actor.js';
import { type AuditAction, type AuditOutcome } from './audit-entry.js';
import { type AuditRecord } from './audit-record.js';

/** A row of the table. */
export interface AuditRow {
  readonly seq: number;
  /** Not a `Date` for times that JavaScript cannot represent. */
  readonly at: unknown;
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly actor_name: string | null;
  readonly actor_from: string | null;
  readonly action: string;
  readonly target: string | null;
  readonly outcome: string;
  readonly details: Record<string, unknown>;
  readonly previous_hash: string;
  readonly hash: string;
}

/** Converts a row to an entry. */
export function recordOf(row: AuditRow): AuditRecord {
  return {
    seq: row.seq,
    at: row.at instanceof Date ? row.at : new Date(Number.NaN),
    by: {
      kind: row.actor_kind as ActorKind,
      id: row.actor_id,
      ...(row.actor_name !== null && { name: row.actor_name }),
      ...(row.actor_from !== null && { from: row.actor_from }),
    },
    action: row.action as AuditAction,
    ...(row.target !== null && { target: row.target }),
    outcome: row.outcome as AuditOutcome,
    details: row.details,
    previous: row.previous_hash,
    hash: row.hash,
  };
}

/** The values of an entry for the INSERT. */
export function valuesOf({ seq, at, by, action, target, outcome, details, previous, hash }: AuditRecord): unknown[] {
  const actor = [by.kind, by.id, by.name ?? null, by.from ?? null];
  return [seq, at, ...actor, action, target ?? null, outcome, JSON.stringify(details), previous, hash];
}
