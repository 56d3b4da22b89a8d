import { type AuditAction, type AuditEntry, type AuditOutcome } from './audit-entry.js';

/** A stored entry, also a line of an export. */
export interface AuditRecord extends AuditEntry {
  /** 1, 2, 3 … without a gap. */
  readonly seq: number;
  /** The database's time, in milliseconds. */
  readonly at: Date;
  readonly details: Readonly<Record<string, unknown>>;
  /** The hash of the previous entry; 64 zeros for the first. */
  readonly previous: string;
  /** See `hashOf`. */
  readonly hash: string;
}

/** An entry's number and hash; an anchor if it is kept outside of the database. */
export interface ChainPoint {
  readonly seq: number;
  readonly hash: string;
}

/** Before the first entry. */
export const CHAIN_START: ChainPoint = { seq: 0, hash: '0'.repeat(64) };

/** A filter of entries; omitted properties match all. */
export interface AuditFilter {
  readonly action?: AuditAction;
  readonly actorId?: string;
  readonly target?: string;
  readonly outcome?: AuditOutcome;
  /** Inclusive. */
  readonly since?: Date;
  /** Exclusive. */
  readonly until?: Date;
}

/** A page of entries, newest first. */
export interface AuditPage {
  readonly entries: AuditRecord[];
  /** The `before` of the next page; absent on the last one. */
  readonly next?: number;
}
