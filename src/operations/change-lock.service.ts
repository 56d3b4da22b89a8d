import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { postgresText } from '../common/postgres-text.js';

/** Throws where the resource is not in the state that the caller expects, such as that of an `If-Match`. */
export type Precondition = () => Promise<void>;

/** Ends on commit, or with the connection. A change that hangs must not block the others forever. */
const LOCK = `
  SELECT set_config('lock_timeout', '15s', true),
         pg_advisory_xact_lock(hashtextextended('operation' || chr(10) || $1, lock_seed()))`;

/** A change of a resource. */
export interface LockedChange<T> {
  /** Names the resource: its changes run one after another, in all processes. */
  readonly resource: string;
  readonly precondition: Precondition | undefined;
  /** Locks rows that others than operators change too, before the precondition is checked. */
  readonly lockRows?: (transaction: EntityManager) => Promise<void>;
  /** Must change everything in this transaction: it fails as a whole where the lock is lost. */
  readonly change: (transaction: EntityManager) => Promise<T>;
}

/** Runs changes in one transaction with their lock: what was compared is still true when it changes. */
@Injectable()
export class ChangeLock {
  /** At most one connection of this process waits for a lock or has one: more could take the pool from the changes. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly dataSource: DataSource) {}

  /** Checks the precondition and runs the change, with the lock of the resource. @throws what either throws */
  async run<T>(change: LockedChange<T>): Promise<T> {
    const run = this.last.then(() => this.locked(change));
    this.last = run.catch(() => undefined);
    return run;
  }

  private async locked<T>({ resource, precondition, lockRows, change }: LockedChange<T>): Promise<T> {
    return this.dataSource.transaction(async (transaction) => {
      await transaction.query(LOCK, [postgresText(resource)]);
      await lockRows?.(transaction);
      await precondition?.();
      return change(transaction);
    });
  }
}
