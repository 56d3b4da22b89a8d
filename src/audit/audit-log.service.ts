import { Injectable } from '@nestjs/common';
import { AuditChain, type AuditFault } from './audit-chain.js';
import { AuditLogRepository } from './audit-log.repository.js';
import { ALL_GUARDS } from './audit-log.sql.js';
import { type AuditFilter, type AuditPage, type AuditRecord, CHAIN_START, type ChainPoint } from './audit-record.js';

const BATCH = 1000;

/** The result of a verification. */
export interface AuditVerification {
  readonly ok: boolean;
  /** Number of verified entries. */
  readonly entries: number;
  /** The end of the log according to the database: the anchor to keep elsewhere. */
  readonly head: ChainPoint | undefined;
  /** Total number of errors; `faults` contains the first 20. */
  readonly faultCount: number;
  readonly faults: readonly AuditFault[];
}

/** Reads and verifies the audit log. */
@Injectable()
export class AuditLogService {
  constructor(private readonly log: AuditLogRepository) {}

  /** A page of entries, newest first. @param before only entries before this number */
  async page(
    filter: AuditFilter,
    { limit, before }: { readonly limit: number; readonly before?: number },
  ): Promise<AuditPage> {
    const range = { ...filter, ...(before !== undefined && { before }) };
    const found = await this.log.newest(range, limit + 1);
    const entries = found.slice(0, limit);
    const last = entries.at(-1);
    return { entries, ...(found.length > limit && last && { next: last.seq }) };
  }

  /** The entries that exist now, oldest first. */
  async *export(filter: AuditFilter): AsyncGenerator<AuditRecord, void, void> {
    const upTo = (await this.log.head())?.seq ?? Number.MAX_SAFE_INTEGER;
    for (let after: number | undefined; ;) {
      const range = { ...filter, upTo, ...(after !== undefined && { after }) };
      const batch = await this.log.oldest(range, BATCH);
      yield* batch;
      after = batch.at(-1)?.seq;
      if (batch.length < BATCH) return;
    }
  }

  /**
   * Verifies a snapshot of the whole log: each entry's hash and link to the previous one, missing entries, the head and the
   * triggers.
   *
   * @param anchor the known hash of an entry, from outside of the database: without one, removed last entries whose head
   * was reset, and a log that was rewritten as a whole, are not detected
   */
  async verify(anchor?: ChainPoint): Promise<AuditVerification> {
    return this.log.onSnapshot(async (runner) => {
      const chain = new AuditChain(CHAIN_START, anchor);
      for await (const batch of this.log.scan(runner, BATCH)) for (const entry of batch) chain.add(entry);
      return this.conclude(chain, runner);
    });
  }

  /** Verifies the last entries only. */
  async verifyEnd(count: number): Promise<AuditVerification> {
    return this.log.onSnapshot(async (runner) => {
      const entries = (await this.log.newest({}, count, runner)).toReversed();
      const [first] = entries;
      const whole = entries.length < count;
      const chain = new AuditChain(first && !whole ? { seq: first.seq - 1, hash: first.previous } : CHAIN_START);
      for (const entry of entries) chain.add(entry);
      return this.conclude(chain, runner);
    });
  }

  private async conclude(
    chain: AuditChain,
    runner: Parameters<AuditLogRepository['guards']>[0],
  ): Promise<AuditVerification> {
    const head = await this.log.head(runner);
    chain.end(head);
    if ((await this.log.guards(runner)) < ALL_GUARDS)
      chain.report(
        'unguarded',
        head?.seq ?? 0,
        'a trigger that keeps the log append-only is missing or disabled: entries can be changed',
      );
    const { entries, errors: faults, errorCount: faultCount } = chain;
    return { ok: faultCount === 0, entries, head, faultCount, faults };
  }
}
