import { Injectable, Logger } from '@nestjs/common';
import {
  DataSource,
  type EntityManager,
  type EntitySubscriberInterface,
  type QueryRunner,
  type TransactionCommitEvent,
} from 'typeorm';
import { type AuditRecord } from './audit-record.js';

/**
 * Logs each entry, with its number and hash, after its transaction has committed. Collected elsewhere, these lines are
 * anchors that a manipulation of the database cannot change.
 */
@Injectable()
export class AuditAnchorsSubscriber implements EntitySubscriberInterface {
  private readonly logger = new Logger('Audit');
  private readonly appended = new WeakMap<QueryRunner, AuditRecord[]>();

  constructor(dataSource: DataSource) {
    dataSource.subscribers.push(this);
  }

  /** Registers an entry, to be logged when this transaction commits. */
  track({ queryRunner }: EntityManager, record: AuditRecord): void {
    if (!queryRunner) return;
    this.appended.set(queryRunner, [...(this.appended.get(queryRunner) ?? []), record]);
  }

  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    if (queryRunner.isTransactionActive) return; // a savepoint: nothing has committed yet
    for (const record of this.appended.get(queryRunner) ?? []) this.write(record);
    this.appended.delete(queryRunner);
  }

  afterTransactionRollback({ queryRunner }: TransactionCommitEvent): void {
    this.appended.delete(queryRunner);
  }

  private write({ seq, hash, at, by, action, target, outcome }: AuditRecord): void {
    this.logger.log({ msg: 'audit', seq, hash, at, by, action, target, outcome });
  }
}
