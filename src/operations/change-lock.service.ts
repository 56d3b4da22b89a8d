import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { writeTransaction } from '../database/write-transaction.js';

/** Throws where the resource is not in the state that the caller expects, such as that of an `If-Match`. */
export type Precondition = () => Promise<void>;

/** Ends on commit, or with the connection. A change that hangs must not block the others forever. */
const LOCK = `
  SELECT set_config('lock_timeout', '15s', true),
         pg_advisory_xact_lock(hashtextextended('operation' || chr(10) || $1, lock_seed()))`;

/** Runs the changes of one resource one after another, in all processes: what was compared is still true when it changes. */
@Injectable()
export class ChangeLock {
  /** At most one connection of this process waits for a lock or has one: more could take the pool from the changes. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly dataSource: DataSource) {}

  /** Checks the precondition and runs the change, with the lock of the resource. @throws what either throws */
  async run<T>(resource: string, precondition: Precondition | undefined, change: () => Promise<T>): Promise<T> {
    const run = this.last.then(() => this.locked(resource, precondition, change));
    this.last = run.catch(() => undefined);
    return run;
  }

  private async locked<T>(
    resource: string,
    precondition: Precondition | undefined,
    change: () => Promise<T>,
  ): Promise<T> {
    return writeTransaction(this.dataSource, async (transaction) => {
      await transaction.query(LOCK, [resource]);
      await precondition?.();
      return change();
    });
  }
}
