import { Injectable } from '@nestjs/common';
import { AuditChain, type AuditFault } from './audit-chain.js';
import { AuditLogRepository } from './audit-log.repository.js';
import { ALL_GUARDS } from './audit-log.sql.js';
import { type AuditFilter, type AuditPage, type AuditRecord, type ChainPoint } from './audit-record.js';

const BATCH = 1000;

/** What came of a look at the chain. */
export interface AuditVerification {
  readonly ok: boolean;
  /** Entries looked at. */
  readonly entries: number;
  /** Where the database says that the log ends: the anchor to keep elsewhere. */
  readonly head: ChainPoint | undefined;
  /** How many faults there are; the first 20 are in `faults`. */
  readonly faultCount: number;
  readonly faults: readonly AuditFault[];
}

/** Reads the audit log. */
@Injectable()
export class AuditLogService {
  constructor(private readonly log: AuditLogRepository) {}

  /** Some entries, the newest first. @param before from the entry before this one on */
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

  /** Those that are there now, the oldest first. */
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
   * Looks at the whole log as it is at one moment: each entry's hash, that each follows the one before, that none is
   * missing, that the head is the last one, that the triggers are there.
   *
   * @param anchor what an entry was, from outside of the database: without one, a removed end whose head was set back, and
   * a log that was written anew as a whole, do not show
   */
  async verify(anchor?: ChainPoint): Promise<AuditVerification> {
    return this.log.atOneMoment(async (runner) => {
      const chain = new AuditChain(undefined, anchor);
      for await (const batch of this.log.walk(runner, BATCH)) for (const entry of batch) chain.add(entry);
      return this.concluded(chain, runner);
    });
  }

  /** The same of the last entries alone. */
  async verifyEnd(count: number): Promise<AuditVerification> {
    return this.log.atOneMoment(async (runner) => {
      const entries = (await this.log.newest({}, count, runner)).toReversed();
      const [first] = entries;
      const chain = new AuditChain(first && { seq: first.seq - 1, hash: first.previous });
      for (const entry of entries) chain.add(entry);
      return this.concluded(chain, runner);
    });
  }

  private async concluded(
    chain: AuditChain,
    runner: Parameters<AuditLogRepository['guards']>[0],
  ): Promise<AuditVerification> {
    const head = await this.log.head(runner);
    chain.end(head);
    if ((await this.log.guards(runner)) < ALL_GUARDS)
      chain.fault(
        'unguarded',
        head?.seq ?? 0,
        'a trigger that keeps the log append-only is missing or disabled: entries could be changed',
      );
    const { entries, faults, faultCount } = chain;
    return { ok: faultCount === 0, entries, head, faultCount, faults };
  }
}
