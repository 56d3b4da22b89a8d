import { hashOf } from './audit-hash.js';
import { type AuditRecord, type ChainPoint } from './audit-record.js';

/** Limit of the listed errors; the others are only counted. */
const MAX_LISTED_ERRORS = 20;

/**
 * An error at an entry: its content does not match its hash; it does not follow the previous one; entries before it are
 * missing; its number is duplicate; it differs from an anchor. Or at the end: entries are missing, the head differs, the
 * triggers are missing.
 */
export type AuditFaultKind =
  'changed' | 'unlinked' | 'missing' | 'inserted' | 'anchor' | 'missing_end' | 'head' | 'unguarded';

/** An integrity error of the audit log. */
export interface AuditFault {
  readonly kind: AuditFaultKind;
  /** The entry where it was detected. */
  readonly seq: number;
  /** The error as text. */
  readonly text: string;
}

/** Verifies the hash chain entry by entry, and collects the errors. */
export class AuditChain {
  readonly errors: AuditFault[] = [];
  errorCount = 0;
  entries = 0;
  private seq: number;
  /** More than one if a number is duplicate. */
  private hashes: string[];
  private anchorSeen = false;

  /**
   * @param start the point that the first entry follows
   * @param anchor the known hash of an entry, from outside of the database
   */
  constructor(
    start: ChainPoint,
    private readonly anchor?: ChainPoint,
  ) {
    this.seq = start.seq;
    this.hashes = [start.hash];
  }

  /** Adds the next entry, in the order of the numbers. */
  add(entry: AuditRecord): void {
    this.entries += 1;
    const { seq, hash } = entry;
    if (seq > this.seq + 1) this.report('missing', seq, `${range(this.seq + 1, seq - 1)} missing before entry ${seq}`);
    if (hashOf(entry) !== hash) this.report('changed', seq, `entry ${seq} was changed: its hash does not match`);
    else this.checkPrevious(entry);
    this.checkAnchor(entry);
    this.hashes = seq > this.seq ? [hash] : [...this.hashes, hash];
    this.seq = Math.max(seq, this.seq);
  }

  /** Call it after the last entry. @param head the end of the log according to the database */
  end(head: ChainPoint | undefined): void {
    if (!head) this.report('head', this.seq, 'audit_head is empty: it was deleted');
    else if (head.seq > this.seq)
      this.report('missing_end', head.seq, `${range(this.seq + 1, head.seq)} missing at the end`);
    else if (head.seq < this.seq || !this.hashes.includes(head.hash))
      this.report(
        'head',
        this.seq,
        `the log ends with entry ${this.seq}, but audit_head is ${head.seq} ${head.hash}: one of them was changed`,
      );
    if (this.anchor && !this.anchorSeen)
      this.report('anchor', this.anchor.seq, `entry ${this.anchor.seq} is expected, but missing`);
  }

  /** Records an error. */
  report(kind: AuditFaultKind, seq: number, text: string): void {
    this.errorCount += 1;
    if (this.errors.length < MAX_LISTED_ERRORS) this.errors.push({ kind, seq, text });
  }

  private checkPrevious({ seq, previous }: AuditRecord): void {
    if (seq <= this.seq) this.report('inserted', seq, `entry ${seq} was inserted: its number is duplicate`);
    else if (seq === this.seq + 1 && !this.hashes.includes(previous))
      this.report(
        'unlinked',
        seq,
        `entry ${seq} does not follow entry ${this.seq}: entry ${this.seq} was changed or replaced together with its hash`,
      );
  }

  private checkAnchor({ seq, hash }: AuditRecord): void {
    if (seq !== this.anchor?.seq) return;
    this.anchorSeen = true;
    if (hash !== this.anchor.hash)
      this.report('anchor', seq, `entry ${seq} has the hash ${hash}, expected ${this.anchor.hash}`);
  }
}

function range(from: number, to: number): string {
  return from === to ? `entry ${from} is` : `entries ${from} to ${to} are`;
}
