import { Injectable } from '@nestjs/common';
import {
  DataSource,
  type EntityManager,
  type EntitySubscriberInterface,
  type QueryRunner,
  type TransactionCommitEvent,
} from 'typeorm';
import { outsideTraces } from '../observability/tracing/tracer.js';
import { JobWakeupsService } from './job-wakeups.service.js';

/** Wakes the workers of a queue once the transaction that adds jobs to it has committed. */
@Injectable()
export class JobCommitsSubscriber implements EntitySubscriberInterface {
  private readonly added = new WeakMap<QueryRunner, Set<string>>();

  constructor(
    dataSource: DataSource,
    private readonly wakeups: JobWakeupsService,
  ) {
    dataSource.subscribers.push(this);
  }

  /** The transaction adds jobs to this queue. */
  track({ queryRunner }: EntityManager, queue: string): void {
    if (!queryRunner) return;
    const queues = this.added.get(queryRunner) ?? new Set();
    this.added.set(queryRunner, queues.add(queue));
  }

  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    const queues = this.added.get(queryRunner);
    this.added.delete(queryRunner);
    if (queues) outsideTraces(() => this.wakeups.added(queues));
  }

  afterTransactionRollback({ queryRunner }: TransactionCommitEvent): void {
    this.added.delete(queryRunner);
  }
}
