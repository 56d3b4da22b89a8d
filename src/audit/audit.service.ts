import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError } from '../common/domain-error.js';
import { writeTransaction } from '../database/write-transaction.js';
import { AuditAnchorsSubscriber } from './audit-anchors.subscriber.js';
import { type AuditEntry } from './audit-entry.js';
import { AuditLogRepository } from './audit-log.repository.js';
import { auditNotBooked, auditUnavailable } from './audit.errors.js';
import { RejectionBudget } from './rejection-budget.js';
import { storableEntry } from './storable-entry.js';

/** What is known of an act before it is done. */
export type AuditedOperation = Omit<AuditEntry, 'outcome'>;

/** Writes the audit log. What cannot be booked fails, and is in the process's log at level error. */
@Injectable()
export class AuditService {
  private readonly logger = new Logger(AuditService.name);
  private readonly refusals = new RejectionBudget();

  constructor(
    private readonly dataSource: DataSource,
    private readonly log: AuditLogRepository,
    private readonly anchors: AuditAnchorsSubscriber,
  ) {}

  /**
   * Appends an entry. Call it before what it tells of, or in the transaction that does it.
   *
   * @param transaction (READ COMMITTED) to append in; let it be the last thing there, since whoever appends next waits
   * for its end, and it waits for locks no longer than 5 s from then on
   * @throws {DomainError} `audit_unavailable`; the transaction is then of no use any more
   */
  async record(entry: AuditEntry, transaction?: EntityManager): Promise<void> {
    const stored = storableEntry(entry);
    const append = async (manager: EntityManager): Promise<void> =>
      this.anchors.note(manager, await this.log.append(stored, manager));
    try {
      await (transaction ? append(transaction) : writeTransaction(this.dataSource, append));
    } catch (err) {
      this.logger.error({ msg: 'an entry could not be written into the audit log', entry: stored, err });
      throw auditUnavailable();
    }
  }

  /**
   * Does something and books it, done or failed. Where the audit log cannot be written, nothing is done.
   *
   * @param details of what came of it, added to those of the act
   * @throws {DomainError} `audit_unavailable`: nothing was done; `audit_not_booked`: it was done, and the audit log went
   * away meanwhile; else what `run` throws
   */
  async audited<T>(
    act: AuditedOperation,
    run: () => Promise<T>,
    details: (result: T) => Readonly<Record<string, unknown>> = () => ({}),
  ): Promise<T> {
    await this.requireWritable();
    let result: T;
    try {
      result = await run();
    } catch (error) {
      const failed = {
        ...act,
        outcome: 'failed',
        details: { ...act.details, error: codeOf(error) },
      } as const;
      await this.record(failed).catch(() => undefined); // logged; why the act failed matters more
      throw error;
    }
    await this.recordDone({ ...act, details: { ...act.details, ...details(result) } });
    return result;
  }

  /**
   * Books a refusal. At most 10 a minute for each actor, and for all that are anonymous together, in this process: the
   * next one says in `details.suppressed` how many were left out. Never fails; the refusal stands either way.
   */
  async refused(act: AuditedOperation): Promise<void> {
    const suppressed = this.refusals.admit(act.by);
    if (suppressed === undefined) return;
    const details = { ...act.details, ...(suppressed > 0 && { suppressed }) };
    await this.record({ ...act, outcome: 'refused', details }).catch(() => undefined); // logged
  }

  private async requireWritable(): Promise<void> {
    const writable = await this.log.writable().catch((err: unknown) => {
      this.logger.error({ msg: 'the audit log cannot be reached: what is audited is not done', err });
      return false;
    });
    if (!writable) throw auditUnavailable();
  }

  private async recordDone(act: AuditedOperation): Promise<void> {
    try {
      await this.record({ ...act, outcome: 'done' });
    } catch {
      throw auditNotBooked(act);
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof DomainError ? error.code : 'unexpected';
}
