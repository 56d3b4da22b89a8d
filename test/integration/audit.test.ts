import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { AuditLogService } from '../../src/audit/audit-log.service.js';
import { type AuditEntry } from '../../src/audit/audit-entry.js';
import { AuditModule } from '../../src/audit/audit.module.js';
import { type AuditRecord, type ChainPoint, CHAIN_START } from '../../src/audit/audit-record.js';
import { AuditService } from '../../src/audit/audit.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';

const WRITERS = 4;
const EACH = 25;
const ENTRIES = WRITERS * EACH;

const entry = (id: string, changes: Partial<AuditEntry> = {}): AuditEntry => ({
  by: { kind: 'person', id, name: 'Zoë 😀', from: '192.0.2.7' },
  action: 'token.refresh',
  outcome: 'done',
  // What jsonb gives back in another order and with other digits.
  details: { zz: 1e21, a: 0.1, text: 'b\0\ud800', nested: { '2': [1e-7, -0], '10': null } },
  ...changes,
});

describe('the audit log', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let replicas: INestApplicationContext[];
  let audit: AuditService;
  let log: AuditLogService;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    replicas = await Promise.all([1, 2].map(() => serviceContext(database, simulator, [AuditModule])));
    [audit, log] = [replicas[0]!.get(AuditService), replicas[0]!.get(AuditLogService)];
    const writer = async (index: number): Promise<void> => {
      const service = replicas[index % replicas.length]!.get(AuditService);
      for (let n = 0; n < EACH; n += 1) await service.record(entry(`writer ${index}`, { target: `token/${n}` }));
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, index) => writer(index)));
    await database.query(`CREATE TABLE kept_log AS SELECT * FROM audit_log`);
  });

  afterAll(async () => {
    for (const replica of replicas) await replica.close();
    await simulator.close();
    await database.drop();
  });

  const head = async (): Promise<ChainPoint> => (await log.verify()).head ?? CHAIN_START;
  const entries = async (): Promise<AuditRecord[]> => {
    const found: AuditRecord[] = [];
    for await (const each of log.export({})) found.push(each);
    return found;
  };

  it('has no gap when several processes append concurrently, and each entry follows the previous one', async () => {
    const { ok, entries: count, head: end } = await log.verify();
    expect([ok, count, end?.seq]).toEqual([true, ENTRIES, ENTRIES]);
    const all = await entries();
    expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: ENTRIES }, (_, index) => index + 1));
    expect(all.map(({ previous }) => previous)).toEqual([
      CHAIN_START.hash,
      ...all.slice(0, -1).map(({ hash }) => hash),
    ]);
    expect(JSON.parse(JSON.stringify(all[0]))).toMatchObject({
      by: { kind: 'person', name: 'Zoë 😀', from: '192.0.2.7' },
      details: { zz: 1e21, a: 0.1, text: 'b\uFFFD\uFFFD', nested: { '2': [1e-7, 0], '10': null } },
    });
  });

  it('joins the transaction of its caller, and is rolled back with it', async () => {
    const dataSource = replicas[0]!.get(DataSource);
    const before = await head();
    const failing = dataSource.transaction(async (transaction) => {
      await audit.record(entry('joined'), transaction);
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    expect(await head()).toEqual(before);
    await dataSource.transaction((transaction) => audit.record(entry('joined'), transaction));
    expect(await log.page({ actorId: 'joined' }, { limit: 5 })).toMatchObject({
      entries: [{ seq: before.seq + 1, previous: before.hash }],
    });
  });

  it.each([
    [`UPDATE audit_log SET outcome = 'refused' WHERE seq = 1`],
    [`UPDATE audit_log SET outcome = 'refused' WHERE false`],
    ['DELETE FROM audit_log WHERE seq = 1'],
    ['TRUNCATE audit_log'],
    ['TRUNCATE audit_head'],
    [`UPDATE audit_head SET seq = 1`],
    ['DELETE FROM audit_head'],
    [`INSERT INTO audit_head VALUES (false, 1, '')`],
    [`INSERT INTO audit_log SELECT * FROM kept_log WHERE seq = 3 ON CONFLICT (seq) DO UPDATE SET outcome = 'x'`],
  ])('rejects %s, also of its owner', async (sql) => {
    await expect(database.query(sql)).rejects.toThrow(/is refused: the audit log only grows/);
  });

  it.each([
    ['a duplicate number', 5, 'hash'],
    ['a gap before its number', 1000, 'hash'],
    ['a wrong previous hash', 0, `repeat('1', 64)`],
  ])('rejects an insert with %s', async (_, seq, previous) => {
    const insert = `INSERT INTO audit_log SELECT CASE ${seq} WHEN 0 THEN seq + 1 ELSE ${seq} END, at, actor_kind, actor_id,
      actor_name, actor_from, action, target, outcome, details, ${previous}, hash FROM audit_log ORDER BY seq DESC LIMIT 1`;
    await expect(database.query(insert)).rejects.toThrow(/does not follow the last one/);
  });

  it('needs no privilege to update or delete', async () => {
    await database.query(`CREATE ROLE appends_${process.pid}`);
    await database.query(`GRANT USAGE ON SCHEMA public TO appends_${process.pid}`);
    await database.query(`GRANT SELECT, INSERT ON audit_log TO appends_${process.pid}`);
    await database.query(`GRANT SELECT ON audit_head TO appends_${process.pid}`);
    const dataSource = replicas[0]!.get(DataSource);
    const before = await head();
    await dataSource.transaction(async (transaction) => {
      await transaction.query(`SET LOCAL ROLE appends_${process.pid}`);
      await audit.record(entry('with few rights'), transaction);
    });
    expect((await head()).seq).toBe(before.seq + 1);
    for (const sql of [`DELETE FROM audit_log`, `UPDATE audit_head SET seq = 0`])
      await expect(
        dataSource.transaction(async (transaction) => {
          await transaction.query(`SET LOCAL ROLE appends_${process.pid}`);
          await transaction.query(sql);
        }),
      ).rejects.toThrow(/permission denied/);
    await database.query(`DROP OWNED BY appends_${process.pid}`);
    await database.query(`DROP ROLE appends_${process.pid}`);
  });

  it('returns filtered pages, newest first', async () => {
    const filter = { actorId: 'writer 1', action: 'token.refresh', outcome: 'done' } as const;
    const first = await log.page(filter, { limit: 20 });
    const rest = await log.page(filter, { limit: 20, before: first.next ?? 0 });
    expect([first.entries.length, rest.entries.length, rest.next]).toEqual([20, EACH - 20, undefined]);
    const targets = [...first.entries, ...rest.entries].map(({ target }) => target);
    expect(targets).toEqual(Array.from({ length: EACH }, (_, index) => `token/${EACH - 1 - index}`));
    const [middle] = (await log.page({}, { limit: 1, before: 50 })).entries;
    const since = middle!.at;
    const later = (await entries()).filter(({ at }) => at >= since).length;
    expect((await log.page({ since }, { limit: 1000 })).entries).toHaveLength(later);
    const earlier = (await entries()).length - later;
    expect((await log.page({ until: since }, { limit: 1000 })).entries).toHaveLength(earlier);
    expect(await log.page({ target: 'token/none' }, { limit: 5 })).toEqual({ entries: [] });
  });

  describe('an audit log that cannot be written', () => {
    const act = { by: entry('x').by, action: 'token.refresh', target: 'token/1' } as const;
    let done = 0;
    const run = async (): Promise<number> => (done += 1);

    beforeEach(async () => {
      done = 0;
      await database.query('DROP TRIGGER IF EXISTS broken ON audit_log');
    });

    it('prevents the operation', async () => {
      await database.query('ALTER TABLE audit_head RENAME TO away');
      await expect(audit.audited(act, run)).rejects.toMatchObject({ code: 'audit_unavailable', status: 503 });
      await database.query('ALTER TABLE away RENAME TO audit_head');
      expect(done).toBe(0);
      expect(await audit.audited(act, run)).toBe(1);
    });

    it('reports an operation that was done without an entry, and does not affect rejections', async () => {
      await database.query(`CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'disk full'; END $$`);
      await database.query('CREATE TRIGGER broken BEFORE INSERT ON audit_log EXECUTE FUNCTION broken()');
      await expect(audit.audited(act, run)).rejects.toMatchObject({
        code: 'audit_not_booked',
        detail: expect.stringContaining('token.refresh of token/1 was done'),
      });
      expect(done).toBe(1);
      await expect(
        audit.audited(act, async () => {
          throw new Error('its own error');
        }),
      ).rejects.toThrow('its own error');
      await audit.refused(act);
      await database.query('DROP TRIGGER broken ON audit_log');
    });

    it('records at most 10 rejections of anonymous clients per minute, and only counts the rest', async () => {
      const anonymous = { kind: 'anonymous', id: '-', from: '203.0.113.9' } as const;
      for (let n = 0; n < 30; n += 1) await audit.refused({ by: anonymous, action: 'access.refused' });
      const { entries: recorded } = await log.page({ action: 'access.refused' }, { limit: 100 });
      expect(recorded.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 10 }, () => 'refused'));
    });
  });
});
