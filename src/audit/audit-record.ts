import { type AuditAction, type AuditEntry, type AuditOutcome } from './audit-entry.js';

/** An entry as it lies in the audit log, and as a line of an export. */
export interface AuditRecord extends AuditEntry {
  /** 1, 2, 3 … without a gap. */
  readonly seq: number;
  /** The database's time, in milliseconds. */
  readonly at: Date;
  readonly details: Readonly<Record<string, unknown>>;
  /** The hash of the entry before; 64 zeros for the first. */
  readonly previous: string;
  /** As `hashOf` tells. */
  readonly hash: string;
}

/** A place in the chain: what an anchor outside the database holds. */
export interface ChainPoint {
  readonly seq: number;
  readonly hash: string;
}

/** Before the first entry. */
export const CHAIN_START: ChainPoint = { seq: 0, hash: '0'.repeat(64) };

/** Which entries are meant; what is left out does not matter. */
export interface AuditFilter {
  readonly action?: AuditAction;
  readonly actorId?: string;
  readonly target?: string;
  readonly outcome?: AuditOutcome;
  /** Then or later. */
  readonly since?: Date;
  /** Before. */
  readonly until?: Date;
}

/** Some entries, the newest first. */
export interface AuditPage {
  readonly entries: AuditRecord[];
  /** What to give as `before` for those that follow; absent where there are none. */
  readonly next?: number;
}
