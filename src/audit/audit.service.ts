import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError } from '../common/domain-error.js';
import { AuditAnchorsSubscriber } from './audit-anchors.subscriber.js';
import { type AuditEntry } from './audit-entry.js';
import { AuditLogRepository } from './audit-log.repository.js';
import { auditNotBooked, auditUnavailable } from './audit.errors.js';
import { RejectionBudget } from './rejection-budget.js';
import { storableEntry } from './storable-entry.js';

/** An entry before its outcome is known. */
export type AuditedOperation = Omit<AuditEntry, 'outcome'>;

/** Writes the audit log. An entry that cannot be written fails its operation, and is logged at level error. */
@Injectable()
export class AuditService {
  private readonly logger = new Logger(AuditService.name);
  private readonly rejections = new RejectionBudget();

  constructor(
    private readonly dataSource: DataSource,
    private readonly log: AuditLogRepository,
    private readonly anchors: AuditAnchorsSubscriber,
  ) {}

  /**
   * Appends an entry. Call it before the operation, or in the operation's transaction.
   *
   * @param transaction (READ COMMITTED) to append in; append last, since other appends wait for its end, and its lock
   * time-out is 5 s from then on
   * @throws {DomainError} `audit_unavailable`; the transaction is aborted
   */
  async record(entry: AuditEntry, transaction?: EntityManager): Promise<void> {
    const stored = storableEntry(entry);
    const append = async (manager: EntityManager): Promise<void> =>
      this.anchors.track(manager, await this.log.append(stored, manager));
    try {
      await (transaction ? append(transaction) : this.dataSource.transaction(append));
    } catch (err) {
      this.logger.error({ msg: 'failed to write an entry to the audit log', entry: stored, err });
      throw auditUnavailable();
    }
  }

  /**
   * Runs an operation and records it as done or failed. If the audit log cannot be written, the operation is not run.
   *
   * @param details of the result, added to those of the operation
   * @param transaction of the operation: both are committed, or neither
   * @throws {DomainError} `audit_unavailable`: not run, or not committed; `audit_not_booked`: done without a transaction, but
   * the audit log became unavailable meanwhile; otherwise the error of `run`
   */
  async audited<T>(
    operation: AuditedOperation,
    run: () => Promise<T>,
    details: (result: T) => Readonly<Record<string, unknown>> = () => ({}),
    transaction?: EntityManager,
  ): Promise<T> {
    await this.requireWritable();
    let result: T;
    try {
      result = await run();
    } catch (error) {
      const failed = {
        ...operation,
        outcome: 'failed',
        details: { ...operation.details, error: codeOf(error) },
      } as const;
      await this.record(failed).catch(() => undefined); // logged; the operation's error matters more
      throw error;
    }
    const done = { ...operation, details: { ...operation.details, ...details(result) } };
    if (transaction) await this.record({ ...done, outcome: 'done' }, transaction);
    else await this.recordDone(done);
    return result;
  }

  /**
   * Records a rejection: in this process at most 10 per minute for each actor, and for all anonymous clients together. The
   * next entry has the number of omitted ones in `details.suppressed`. Never rejects.
   */
  async refused(operation: AuditedOperation): Promise<void> {
    const suppressed = this.rejections.admit(operation.by);
    if (suppressed === undefined) return;
    const details = { ...operation.details, ...(suppressed > 0 && { suppressed }) };
    await this.record({ ...operation, outcome: 'refused', details }).catch(() => undefined); // logged
  }

  private async requireWritable(): Promise<void> {
    const writable = await this.log.writable().catch((err: unknown) => {
      this.logger.error({ msg: 'the audit log is unavailable; audited operations are rejected', err });
      return false;
    });
    if (!writable) throw auditUnavailable();
  }

  private async recordDone(operation: AuditedOperation): Promise<void> {
    try {
      await this.record({ ...operation, outcome: 'done' });
    } catch {
      throw auditNotBooked(operation);
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof DomainError ? error.code : 'unexpected';
}
