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
 * Has each entry in the process's log once its transaction has committed, with its number and hash: a log that is
 * collected elsewhere so holds anchors that whoever changes the database does not reach.
 */
@Injectable()
export class AuditAnchorsSubscriber implements EntitySubscriberInterface {
  private readonly logger = new Logger('Audit');
  private readonly appended = new WeakMap<QueryRunner, AuditRecord[]>();

  constructor(dataSource: DataSource) {
    dataSource.subscribers.push(this);
  }

  /** This entry is appended in that transaction. */
  note({ queryRunner }: EntityManager, record: AuditRecord): void {
    if (!queryRunner) return;
    this.appended.set(queryRunner, [...(this.appended.get(queryRunner) ?? []), record]);
  }

  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    if (queryRunner.isTransactionActive) return; // a savepoint: nothing has committed yet
    for (const record of this.appended.get(queryRunner) ?? []) this.tell(record);
    this.appended.delete(queryRunner);
  }

  afterTransactionRollback({ queryRunner }: TransactionCommitEvent): void {
    this.appended.delete(queryRunner);
  }

  private tell({ seq, hash, at, by, action, target, outcome }: AuditRecord): void {
    this.logger.log({ msg: 'audit', seq, hash, at, by, action, target, outcome });
  }
}
