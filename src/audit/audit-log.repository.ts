import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { hashOf } from './audit-hash.js';
import { type AuditFilter, type AuditRecord, type ChainPoint } from './audit-record.js';
import { type AuditRow, recordOf, valuesOf } from './audit-row.js';
import { APPEND, CONDITIONS, GUARDS, HEAD, LOCK, SELECT, WRITABLE } from './audit-log.sql.js';

const CURSOR = 'audit_scan';

/** A filter with a range of entry numbers, for a page or a batch. */
export interface AuditRange extends AuditFilter {
  readonly before?: number;
  readonly after?: number;
  readonly upTo?: number;
}

type Runner = Pick<EntityManager, 'query'>;

/** The table of the audit log. */
@Injectable()
export class AuditLogRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Appends an entry. Other appends wait for the end of the transaction, up to 5 s. */
  async append(
    entry: Omit<AuditRecord, 'seq' | 'at' | 'previous' | 'hash'>,
    transaction: Runner,
  ): Promise<AuditRecord> {
    await transaction.query(LOCK);
    const [head] = await transaction.query<{ seq: number; hash: string; now: Date }[]>(HEAD);
    if (!head) throw new Error('audit_head is empty');
    const whole = { ...entry, seq: head.seq + 1, at: head.now, previous: head.hash };
    const record = { ...whole, hash: hashOf(whole) };
    await transaction.query(APPEND, valuesOf(record));
    return record;
  }

  /** Whether the database accepts writes and the role may insert. */
  async writable(): Promise<boolean> {
    const [row] = await this.dataSource.query<{ writable: boolean }[]>(WRITABLE);
    return row?.writable === true;
  }

  async head(runner: Runner = this.dataSource): Promise<ChainPoint | undefined> {
    const [row] = await runner.query<ChainPoint[]>(HEAD);
    return row && { seq: row.seq, hash: row.hash };
  }

  /** The number of enabled triggers that protect the log. */
  async guards(runner: Runner): Promise<number> {
    const [row] = await runner.query<{ guards: number }[]>(GUARDS);
    return row?.guards ?? 0;
  }

  async newest(range: AuditRange, limit: number, runner: Runner = this.dataSource): Promise<AuditRecord[]> {
    return this.find(range, 'DESC', limit, runner);
  }

  async oldest(range: AuditRange, limit: number): Promise<AuditRecord[]> {
    return this.find(range, 'ASC', limit, this.dataSource);
  }

  /** Runs on one snapshot of the log, without blocking writers. */
  async onSnapshot<T>(run: (runner: Runner) => Promise<T>): Promise<T> {
    return this.dataSource.transaction('REPEATABLE READ', async (transaction) => {
      await transaction.query('SET TRANSACTION READ ONLY');
      return run(transaction);
    });
  }

  /** All entries in the order of their numbers, in batches; call it inside of {@link onSnapshot}. */
  async *scan(runner: Runner, batch: number): AsyncGenerator<AuditRecord[]> {
    await runner.query(`DECLARE ${CURSOR} NO SCROLL CURSOR FOR ${SELECT} ORDER BY audit_log.seq`);
    for (;;) {
      const rows = await runner.query<AuditRow[]>(`FETCH ${batch} FROM ${CURSOR}`);
      if (rows.length === 0) return;
      yield rows.map(recordOf);
    }
  }

  private async find(range: AuditRange, order: 'ASC' | 'DESC', limit: number, runner: Runner): Promise<AuditRecord[]> {
    const { where, values } = conditionsOf(range);
    const sql = `${SELECT} ${where} ORDER BY audit_log.seq ${order} LIMIT $${values.length + 1}`;
    return (await runner.query<AuditRow[]>(sql, [...values, limit])).map(recordOf);
  }
}

function conditionsOf(range: AuditRange): { where: string; values: unknown[] } {
  const given = Object.entries(CONDITIONS).flatMap(([name, condition]) => {
    const value = range[name as keyof AuditRange];
    return value === undefined ? [] : [{ condition, value }];
  });
  const conditions = given.map(({ condition }, index) => condition(`$${index + 1}`));
  return {
    where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`,
    values: given.map(({ value }) => value),
  };
}
