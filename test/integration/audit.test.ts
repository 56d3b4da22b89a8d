import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { AuditLogService, type AuditVerification } from '../../src/audit/audit-log.service.js';
import { type AuditEntry } from '../../src/audit/audit-entry.js';
import { hashOf } from '../../src/audit/audit-hash.js';
import { AuditModule } from '../../src/audit/audit.module.js';
import { type AuditRecord, type ChainPoint, CHAIN_START } from '../../src/audit/audit-record.js';
import { AuditService } from '../../src/audit/audit.service.js';
import { type RunningSimulator, startSimulator } from '../../src/simulator/simulator.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';

const WRITERS = 4;
const EACH = 25;
const ENTRIES = WRITERS * EACH;
const COLUMNS =
  'seq, at, actor_kind, actor_id, actor_name, actor_from, action, target, outcome, details, previous_hash, hash';

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
      for (let n = 0; n < EACH; n += 1)
        await service.record(entry(`writer ${index}`, { target: `token/${n}` }));
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, index) => writer(index)));
    await database.query(`CREATE TABLE kept_log AS SELECT * FROM audit_log`);
    await database.query(`CREATE TABLE kept_head AS SELECT * FROM audit_head`);
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

  it('has no gap in what several processes append at once, and each follows the one before', async () => {
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

  it('joins the transaction of its caller, or is gone with it', async () => {
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
    [
      `INSERT INTO audit_log SELECT * FROM kept_log WHERE seq = 3 ON CONFLICT (seq) DO UPDATE SET outcome = 'x'`,
    ],
  ])('refuses %s, also to its owner', async (sql) => {
    await expect(database.query(sql)).rejects.toThrow(/is refused: the audit log only grows/);
  });

  it.each([
    ['a number twice', 5, 'hash'],
    ['a number left out', 1000, 'hash'],
    ['another hash before', 0, `repeat('1', 64)`],
  ])('refuses an insert with %s', async (_, seq, previous) => {
    const insert = `INSERT INTO audit_log SELECT CASE ${seq} WHEN 0 THEN seq + 1 ELSE ${seq} END, at, actor_kind, actor_id,
      actor_name, actor_from, action, target, outcome, details, ${previous}, hash FROM audit_log ORDER BY seq DESC LIMIT 1`;
    await expect(database.query(insert)).rejects.toThrow(/does not follow the last one/);
  });

  it('needs no right to change anything of its role', async () => {
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

  it('gives filtered pages, the newest first', async () => {
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

  describe('under the hands of somebody with all rights', () => {
    const disabled = (state: 'DISABLE' | 'ENABLE'): string =>
      `ALTER TABLE audit_log ${state} TRIGGER ALL; ALTER TABLE audit_head ${state} TRIGGER ALL`;
    /** Does it past the triggers, hides that, and looks. */
    async function after(...statements: readonly string[]): Promise<AuditVerification> {
      await database.query(disabled('DISABLE'));
      for (const sql of statements) await database.query(sql);
      await database.query(disabled('ENABLE'));
      return log.verify();
    }
    const faults = ({ faults: found }: AuditVerification): [string, number][] =>
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
      [`actor_id = 'somebody else'`],
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
    ])('a changed row shows: %s', async (change) => {
      const found = await after(`UPDATE audit_log SET ${change} WHERE seq = 40`);
      expect([found.ok, faults(found)]).toEqual([false, [['changed', 40]]]);
      expect((await log.verifyEnd(100)).ok).toBe(false);
      expect((await log.verifyEnd(60)).ok).toBe(true);
    });

    it('a row that was changed together with its hash shows at the next one', async () => {
      const row = (await entries())[39]!;
      const hash = hashOf({ ...row, outcome: 'failed' });
      const found = await after(`UPDATE audit_log SET outcome = 'failed', hash = '${hash}' WHERE seq = 40`);
      expect(faults(found)).toEqual([['unlinked', 41]]);
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
    ] as const)('a removed row shows: %s', async (_, where, expected) => {
      const found = await after(`DELETE FROM audit_log WHERE ${where}`);
      expect(faults(found)).toEqual(expected);
      expect((await log.verifyEnd(ENTRIES)).ok).toBe(false);
    });

    it('an end that was removed together with the head shows to who kept an anchor, and to nobody else', async () => {
      const anchor = await head();
      const kept = (await entries())[ENTRIES - 4]!;
      const found = await after(
        `DELETE FROM audit_log WHERE seq > ${kept.seq}`,
        `UPDATE audit_head SET seq = ${kept.seq}, hash = '${kept.hash}'`,
      );
      expect(found.ok).toBe(true);
      expect(faults(await log.verify(anchor))).toEqual([['anchor', ENTRIES]]);
      for (let n = 0; n < 3; n += 1) await audit.record(entry('written anew'));
      expect(faults(await log.verify())).toEqual([]);
      expect(faults(await log.verify(anchor))).toEqual([['anchor', ENTRIES]]);
      expect((await log.verify({ seq: kept.seq, hash: kept.hash })).ok).toBe(true);
    });

    it('an inserted row shows: after the end, before the start, and with a number that is there', async () => {
      const copy = (seq: string, from: number): string =>
        `INSERT INTO audit_log SELECT ${COLUMNS.replace('seq', seq)} FROM audit_log WHERE seq = ${from}`;
      const appended = await after(copy('seq + 1', ENTRIES));
      expect(faults(appended)).toEqual([
        ['changed', ENTRIES + 1],
        ['head', ENTRIES + 1],
      ]);
      expect(faults(await after(`DELETE FROM audit_log WHERE seq > ${ENTRIES}`, copy('0', 5)))).toEqual([
        ['changed', 0],
      ]);
      const doubled = await after(
        'DELETE FROM audit_log WHERE seq = 0',
        'ALTER TABLE audit_log DROP CONSTRAINT audit_log_pkey',
        copy('seq', 5),
      );
      await after(
        'TRUNCATE audit_log',
        'ALTER TABLE audit_log ADD CONSTRAINT audit_log_pkey PRIMARY KEY (seq)',
      );
      expect(faults(doubled)).toEqual([['inserted', 5]]);
    });

    it('rows that were put in between with all numbers moved show', async () => {
      const found = await after(
        'UPDATE audit_log SET seq = -seq - 1 WHERE seq >= 98',
        'UPDATE audit_log SET seq = -seq WHERE seq < 0',
        `INSERT INTO audit_log SELECT ${COLUMNS.replace('seq', '98')} FROM audit_log WHERE seq = 97`,
        'UPDATE audit_head SET seq = seq + 1',
      );
      expect(faults(found)).toEqual([98, 99, 100, 101].map((seq) => ['changed', seq]));
    });

    it('a swapped pair shows', async () => {
      const found = await after(
        'UPDATE audit_log SET seq = -30 WHERE seq = 30',
        'UPDATE audit_log SET seq = 30 WHERE seq = 31',
        'UPDATE audit_log SET seq = 31 WHERE seq = -30',
      );
      expect(faults(found)).toEqual([
        ['changed', 30],
        ['changed', 31],
        ['unlinked', 32],
      ]);
    });

    it('a head that was set back, or deleted, shows', async () => {
      expect(faults(await after('UPDATE audit_head SET seq = seq - 1'))).toEqual([['head', ENTRIES]]);
      expect(faults(await after('DELETE FROM audit_head'))).toEqual([['head', ENTRIES]]);
      await expect(audit.record(entry('nobody'))).rejects.toMatchObject({ code: 'audit_unavailable' });
    });

    it('a trigger that is gone shows', async () => {
      await database.query('ALTER TABLE audit_log DISABLE TRIGGER audit_log_keep');
      expect(faults(await log.verify())).toEqual([['unguarded', ENTRIES]]);
    });
  });

  describe('that cannot be written', () => {
    const act = { by: entry('x').by, action: 'token.refresh', target: 'token/1' } as const;
    let done = 0;
    const run = async (): Promise<number> => (done += 1);

    beforeEach(async () => {
      done = 0;
      await database.query('DROP TRIGGER IF EXISTS broken ON audit_log');
    });

    it('lets nothing be done', async () => {
      await database.query('ALTER TABLE audit_head RENAME TO away');
      await expect(audit.audited(act, run)).rejects.toMatchObject({ code: 'audit_unavailable', status: 503 });
      await database.query('ALTER TABLE away RENAME TO audit_head');
      expect(done).toBe(0);
      expect(await audit.audited(act, run)).toBe(1);
    });

    it('says so where it went away while something was done, and leaves refusals as they are', async () => {
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
          throw new Error('of its own');
        }),
      ).rejects.toThrow('of its own');
      await audit.refused(act);
      await database.query('DROP TRIGGER broken ON audit_log');
    });

    it('is not filled by strangers: refusals are counted beyond 10 a minute', async () => {
      const stranger = { kind: 'anonymous', id: '-', from: '203.0.113.9' } as const;
      for (let n = 0; n < 30; n += 1) await audit.refused({ by: stranger, action: 'access.refused' });
      const { entries: booked } = await log.page({ action: 'access.refused' }, { limit: 100 });
      expect(booked.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 10 }, () => 'refused'));
    });
  });
});
