import { hashOf } from './audit-hash.js';
import { type AuditRecord, type ChainPoint } from './audit-record.js';

/** How many faults are told; the rest is counted. */
const MAX_FAULTS = 20;

/**
 * What is wrong with an entry: its content is not what its hash says; it does not follow the one before; entries up to it
 * are missing; its number was there already; it is not what an anchor says. Or with the end: entries are missing there,
 * the head is another, the triggers are gone.
 */
export type AuditFaultKind =
  'changed' | 'unlinked' | 'missing' | 'inserted' | 'anchor' | 'missing_end' | 'head' | 'unguarded';

/** Something that is wrong with the audit log. */
export interface AuditFault {
  readonly kind: AuditFaultKind;
  /** The entry at which it shows. */
  readonly seq: number;
  /** What is wrong, for a person. */
  readonly text: string;
}

/** Looks at the chain, entry after entry, and collects what is wrong with it. */
export class AuditChain {
  readonly faults: AuditFault[] = [];
  faultCount = 0;
  entries = 0;
  private seq: number;
  /** More than one where a number is there more than once. */
  private hashes: string[];
  private anchorSeen = false;

  /**
   * @param start what the first entry follows
   * @param anchor what some entry is known to be from elsewhere
   */
  constructor(
    start: ChainPoint,
    private readonly anchor?: ChainPoint,
  ) {
    this.seq = start.seq;
    this.hashes = [start.hash];
  }

  /** The next entry, in the order of their numbers. */
  add(entry: AuditRecord): void {
    this.entries += 1;
    const { seq, hash } = entry;
    if (seq > this.seq + 1)
      this.fault('missing', seq, `${range(this.seq + 1, seq - 1)} missing before entry ${seq}`);
    if (hashOf(entry) !== hash) this.fault('changed', seq, `entry ${seq} was changed: its hash is another`);
    else this.follow(entry);
    this.compare(entry);
    this.hashes = seq > this.seq ? [hash] : [...this.hashes, hash];
    this.seq = Math.max(seq, this.seq);
  }

  /** After the last entry. @param head where the database says that the log ends */
  end(head: ChainPoint | undefined): void {
    if (!head) this.fault('head', this.seq, 'audit_head is empty: it was deleted');
    else if (head.seq > this.seq)
      this.fault('missing_end', head.seq, `${range(this.seq + 1, head.seq)} missing at the end`);
    else if (head.seq < this.seq || !this.hashes.includes(head.hash))
      this.fault(
        'head',
        this.seq,
        `the log ends with entry ${this.seq}, audit_head says ${head.seq} ${head.hash}: one of them was changed`,
      );
    if (this.anchor && !this.anchorSeen)
      this.fault('anchor', this.anchor.seq, `entry ${this.anchor.seq} is expected and is not there`);
  }

  /** Notes something that is wrong. */
  fault(kind: AuditFaultKind, seq: number, text: string): void {
    this.faultCount += 1;
    if (this.faults.length < MAX_FAULTS) this.faults.push({ kind, seq, text });
  }

  private follow({ seq, previous }: AuditRecord): void {
    if (seq <= this.seq)
      this.fault('inserted', seq, `entry ${seq} was put in: that number was there already`);
    else if (seq === this.seq + 1 && !this.hashes.includes(previous))
      this.fault(
        'unlinked',
        seq,
        `entry ${seq} does not follow entry ${this.seq}: that one was changed or replaced together with its hash`,
      );
  }

  private compare({ seq, hash }: AuditRecord): void {
    if (seq !== this.anchor?.seq) return;
    this.anchorSeen = true;
    if (hash !== this.anchor.hash)
      this.fault('anchor', seq, `entry ${seq} has the hash ${hash}, expected is ${this.anchor.hash}`);
  }
}

function range(from: number, to: number): string {
  return from === to ? `entry ${from} is` : `entries ${from} to ${to} are`;
}
