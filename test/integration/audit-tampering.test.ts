import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type AuditEntry } from '../../src/audit/audit-entry.js';
import { hashOf } from '../../src/audit/audit-hash.js';
import { AuditLogService, type AuditVerification } from '../../src/audit/audit-log.service.js';
import { AuditModule } from '../../src/audit/audit.module.js';
import { type AuditRecord, type ChainPoint, CHAIN_START } from '../../src/audit/audit-record.js';
import { AuditService } from '../../src/audit/audit.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';

const ENTRIES = 100;
const COLUMNS =
  'seq, at, actor_kind, actor_id, actor_name, actor_from, action, target, outcome, details, previous_hash, hash';
const ENTRY: AuditEntry = {
  by: { kind: 'person', id: 'somebody', name: 'Zoë 😀', from: '192.0.2.7' },
  action: 'token.refresh',
  target: 'token/1',
  outcome: 'done',
  details: { a: 0.1, b: [1e-7, null] },
};

describe('verification of an audit log that a superuser has manipulated', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;
  let audit: AuditService;
  let log: AuditLogService;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    context = await serviceContext(database, simulator, [AuditModule]);
    [audit, log] = [context.get(AuditService), context.get(AuditLogService)];
    for (let n = 0; n < ENTRIES; n += 1) await audit.record(ENTRY);
    await database.query(`CREATE TABLE kept_log AS SELECT * FROM audit_log`);
    await database.query(`CREATE TABLE kept_head AS SELECT * FROM audit_head`);
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  const head = async (): Promise<ChainPoint> => (await log.verify()).head ?? CHAIN_START;
  const entries = async (): Promise<AuditRecord[]> => {
    const found: AuditRecord[] = [];
    for await (const each of log.export({})) found.push(each);
    return found;
  };
  const disabled = (state: 'DISABLE' | 'ENABLE'): string =>
    `ALTER TABLE audit_log ${state} TRIGGER ALL; ALTER TABLE audit_head ${state} TRIGGER ALL`;
  /** Does it past the triggers, hides that, and looks. */
  async function after(...statements: readonly string[]): Promise<AuditVerification> {
    await database.query(disabled('DISABLE'));
    for (const sql of statements) await database.query(sql);
    await database.query(disabled('ENABLE'));
    return log.verify();
  }
  const errorsOf = ({ faults: found }: AuditVerification): [string, number][] =>
    found.map(({ kind, seq }) => [kind, seq]);

  beforeEach(async () => {
    await database.query(disabled('DISABLE'));
    await database.query('TRUNCATE audit_log, audit_head');
    await database.query('INSERT INTO audit_log SELECT * FROM kept_log');
    await database.query('INSERT INTO audit_head SELECT * FROM kept_head');
    await database.query(disabled('ENABLE'));
    expect(await log.verify()).toMatchObject({ ok: true, entries: ENTRIES });
  });

  it.each([
    [`actor_id = 'another'`],
    [`actor_kind = 'server'`],
    [`actor_name = NULL`],
    [`actor_from = '198.51.100.1'`],
    [`at = at + interval '1 millisecond'`],
    [`at = 'infinity'`],
    [`action = 'token.revoke'`],
    [`target = NULL`],
    [`outcome = 'failed'`],
    [`details = details || '{"more": 1}'`],
    [`details = details - 'a'`],
  ])('detects a changed row: %s', async (change) => {
    const found = await after(`UPDATE audit_log SET ${change} WHERE seq = 40`);
    expect([found.ok, errorsOf(found)]).toEqual([false, [['changed', 40]]]);
    expect((await log.verifyEnd(100)).ok).toBe(false);
    expect((await log.verifyEnd(60)).ok).toBe(true);
  });

  it('cannot be appended to by a function call: its owner alone may execute what runs with the owner’s rights', async () => {
    const [row] = await database.query<{ found: number; allowed: number }>(
      `SELECT count(*)::int AS found,
              count(*) FILTER (WHERE has_function_privilege('public', oid, 'EXECUTE'))::int AS allowed
       FROM pg_proc WHERE prosecdef AND pronamespace = current_schema()::regnamespace`,
    );
    expect(row).toEqual({ found: 1, allowed: 0 });
  });

  it('detects a row that was changed together with its hash, at the next row', async () => {
    const row = (await entries())[39]!;
    const hash = hashOf({ ...row, outcome: 'failed' });
    const found = await after(`UPDATE audit_log SET outcome = 'failed', hash = '${hash}' WHERE seq = 40`);
    expect(errorsOf(found)).toEqual([['unlinked', 41]]);
  });

  it.each([
    ['first', 'seq = 1', [['missing', 2]]],
    ['middle', 'seq = 50', [['missing', 51]]],
    ['last', `seq = ${ENTRIES}`, [['missing_end', ENTRIES]]],
    ['all', 'true', [['missing_end', ENTRIES]]],
    [
      'several',
      'seq IN (7, 8, 20)',
      [
        ['missing', 9],
        ['missing', 21],
      ],
    ],
  ] as const)('detects a removed row: %s', async (_, where, expected) => {
    const found = await after(`DELETE FROM audit_log WHERE ${where}`);
    expect(errorsOf(found)).toEqual(expected);
    expect((await log.verifyEnd(ENTRIES)).ok).toBe(false);
  });

  it('detects removal of the last rows together with the head only with an anchor', async () => {
    const anchor = await head();
    const kept = (await entries())[ENTRIES - 4]!;
    const found = await after(
      `DELETE FROM audit_log WHERE seq > ${kept.seq}`,
      `UPDATE audit_head SET seq = ${kept.seq}, hash = '${kept.hash}'`,
    );
    expect(found.ok).toBe(true);
    expect(errorsOf(await log.verify(anchor))).toEqual([['anchor', ENTRIES]]);
    for (let n = 0; n < 3; n += 1) await audit.record(ENTRY);
    expect(errorsOf(await log.verify())).toEqual([]);
    expect(errorsOf(await log.verify(anchor))).toEqual([['anchor', ENTRIES]]);
    expect((await log.verify({ seq: kept.seq, hash: kept.hash })).ok).toBe(true);
  });

  it('detects an inserted row: after the end, before the start, and with a duplicate number', async () => {
    const copy = (seq: string, from: number): string =>
      `INSERT INTO audit_log SELECT ${COLUMNS.replace('seq', seq)} FROM audit_log WHERE seq = ${from}`;
    const appended = await after(copy('seq + 1', ENTRIES));
    expect(errorsOf(appended)).toEqual([
      ['changed', ENTRIES + 1],
      ['head', ENTRIES + 1],
    ]);
    expect(errorsOf(await after(`DELETE FROM audit_log WHERE seq > ${ENTRIES}`, copy('0', 5)))).toEqual([
      ['changed', 0],
    ]);
    const duplicate = await after(
      'DELETE FROM audit_log WHERE seq = 0',
      'ALTER TABLE audit_log DROP CONSTRAINT audit_log_pkey',
      copy('seq', 5),
    );
    await after('TRUNCATE audit_log', 'ALTER TABLE audit_log ADD CONSTRAINT audit_log_pkey PRIMARY KEY (seq)');
    expect(errorsOf(duplicate)).toEqual([['inserted', 5]]);
  });

  it('detects inserted rows when the rows after them were renumbered', async () => {
    const found = await after(
      'UPDATE audit_log SET seq = -seq - 1 WHERE seq >= 98',
      'UPDATE audit_log SET seq = -seq WHERE seq < 0',
      `INSERT INTO audit_log SELECT ${COLUMNS.replace('seq', '98')} FROM audit_log WHERE seq = 97`,
      'UPDATE audit_head SET seq = seq + 1',
    );
    expect(errorsOf(found)).toEqual([98, 99, 100, 101].map((seq) => ['changed', seq]));
  });

  it('detects swapped rows', async () => {
    const found = await after(
      'UPDATE audit_log SET seq = -30 WHERE seq = 30',
      'UPDATE audit_log SET seq = 30 WHERE seq = 31',
      'UPDATE audit_log SET seq = 31 WHERE seq = -30',
    );
    expect(errorsOf(found)).toEqual([
      ['changed', 30],
      ['changed', 31],
      ['unlinked', 32],
    ]);
  });

  it('detects a head that was reset or deleted', async () => {
    expect(errorsOf(await after('UPDATE audit_head SET seq = seq - 1'))).toEqual([['head', ENTRIES]]);
    expect(errorsOf(await after('DELETE FROM audit_head'))).toEqual([['head', ENTRIES]]);
    await expect(audit.record(ENTRY)).rejects.toMatchObject({ code: 'audit_unavailable' });
  });

  it('detects a disabled trigger', async () => {
    await database.query('ALTER TABLE audit_log DISABLE TRIGGER audit_log_keep');
    expect(errorsOf(await log.verify())).toEqual([['unguarded', ENTRIES]]);
  });
});
