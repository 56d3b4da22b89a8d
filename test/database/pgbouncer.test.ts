import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { hangarCommand } from '../support/cli.js';
import { describeWith } from '../support/describe-with.js';
import { HangarProcess } from '../support/hangar-process.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { Pgbouncer, pgbouncerFound, type PgbouncerOptions } from '../support/pgbouncer.js';
import { createTestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { STORM, WebhookStorm } from '../support/webhook-storm.js';

const POLLING = 'polling every second';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

describeWith('pgbouncer', pgbouncerFound, `a PgBouncer that ${STORM.count} webhooks are stored through`, () => {
  const cleanups: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean();
  });

  it.each([
    { mode: 'session', poolSize: 60, polls: false },
    { mode: 'transaction', poolSize: 20, polls: true },
    { mode: 'transaction', poolSize: 2, polls: true },
  ] as const)('loses none in $mode mode with $poolSize connections, and none is handled twice', async (options) => {
    const database = await createTestDatabase();
    cleanups.unshift(() => database.drop());
    const pooler = await Pgbouncer.start(database.url, options);
    cleanups.unshift(() => pooler.stop());
    const storm = await WebhookStorm.prepare(database, pooler.url);
    cleanups.unshift(() => storm.stop());
    const { accepted, lost, repeated, deadLetters } = await storm.run(async () => ({ options }));
    expect({ accepted, lost, repeated, deadLetters }).toEqual({
      accepted: STORM.count,
      lost: [],
      repeated: [],
      deadLetters: 0,
    });
    const { log } = storm.replicas.at(0);
    expect(log.includes(POLLING)).toBe(options.polls);
    expect(log).not.toContain('pg-boss error');
  });
});

describeWith('pgbouncer', pgbouncerFound, 'a PgBouncer in front of the database', () => {
  let together: HangarWithSimulator;
  let direct: string;
  let pooler: Pgbouncer | undefined;

  beforeAll(async () => {
    together = await HangarWithSimulator.start();
    await together.install();
    direct = together.environment['DATABASE_URL'] ?? '';
  });

  afterEach(async () => {
    await together.hangar.end();
    await pooler?.stop();
  });

  afterAll(async () => {
    await together.stop();
  });

  async function startBehind(options: PgbouncerOptions, environment: Record<string, string> = {}): Promise<void> {
    await together.hangar.end();
    pooler = await Pgbouncer.start(direct, options);
    await together.startHangar({ DATABASE_URL: pooler.url, ...environment });
  }

  async function finding(
    check: string,
    environment: Record<string, string> = {},
    options: readonly string[] = [],
  ): Promise<Finding | undefined> {
    const all = { ...together.environment, DATABASE_URL: pooler?.url ?? direct, ...environment };
    const { stdout } = await hangarCommand(['doctor', '--json', ...options], all);
    return (JSON.parse(stdout) as { findings: Finding[] }).findings.find((one) => one.check === check);
  }

  it('says that jobs are polled in transaction mode, and what changes that', async () => {
    await startBehind({ mode: 'transaction' });
    expect(await finding('notifications')).toMatchObject({
      ok: true,
      detail: expect.stringContaining('DATABASE_LISTEN_URL'),
    });
    expect(await finding('notifications', { DATABASE_LISTEN_URL: direct })).toMatchObject({
      ok: true,
      detail: 'they arrive at DATABASE_LISTEN_URL',
    });
    expect(await finding('notifications', { DATABASE_LISTEN_URL: pooler?.url ?? '' })).toMatchObject({ ok: false });
  });

  it('counts the connections to it and past it', async () => {
    await startBehind({ mode: 'transaction' });
    // Of 300 processes with the default pool: more than PostgreSQL allows.
    const many = '6300';
    expect(await counted(many)).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/^6300 at most to the pooler/),
    });
    const apart = await counted(many, { DATABASE_LISTEN_URL: direct });
    expect(apart).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/^6000 at most to the pooler.*300 for LISTEN/),
    });
    expect(await counted('63000', { DATABASE_LISTEN_URL: direct })).toMatchObject({ ok: false });
    expect(await counted(many, { DATABASE_URL: direct })).toMatchObject({ ok: false });
  });

  async function counted(count: string, environment: Record<string, string> = {}): Promise<Finding | undefined> {
    return finding('database connections', environment, ['--connections', count]);
  }

  it('listens at DATABASE_LISTEN_URL', async () => {
    await startBehind({ mode: 'transaction' }, { DATABASE_LISTEN_URL: direct });
    expect(together.hangar.log).not.toContain(POLLING);
    await until('it listens', async () => (await listening()) === 1);
  });

  async function listening(): Promise<number> {
    const rows = await together.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
    );
    return rows[0]?.count ?? 0;
  }

  it('runs commands and migrations in transaction mode', async () => {
    await startBehind({ mode: 'transaction', poolSize: 3 });
    const environment = { ...together.environment, DATABASE_URL: pooler?.url ?? '' };
    for (const command of [['migrate'], ['installations', 'list'], ['audit', 'verify']])
      expect(await hangarCommand(command, environment)).toMatchObject({ code: 0 });
    await until('no lock to be left', async () => (await locksLeft()) === 0); // the server has some for moments
  });

  async function locksLeft(): Promise<number> {
    const rows = await together.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_locks l JOIN pg_database d ON d.oid = l.database
       WHERE locktype = 'advisory' AND datname = current_database()`,
    );
    return rows[0]?.count ?? 0;
  }

  describe('that cannot be used', () => {
    it('is refused in statement mode, with the reason', async () => {
      pooler = await Pgbouncer.start(direct, { mode: 'statement' });
      const environment = { ...together.environment, DATABASE_URL: pooler.url };
      for (const command of ['migrate', 'start'] as const) {
        const { code, output } = await run(command, environment);
        expect([code, output]).toEqual([1, expect.stringContaining('Set its pool_mode')]);
        expect(output).not.toMatch(/\n\s+at /);
      }
      expect(await finding('database')).toMatchObject({ ok: false, detail: expect.stringContaining('pool_mode') });
    });

    it('is named where it has one server connection: migrations need a second for their lock', async () => {
      pooler = await Pgbouncer.start(direct, { mode: 'transaction', poolSize: 1, waitSeconds: 2 });
      const { code, output } = await run('migrate', { ...together.environment, DATABASE_URL: pooler.url });
      expect([code, output]).toEqual([1, expect.stringContaining('default_pool_size must be at least 2')]);
      expect(output).not.toMatch(/\n\s+at /);
    });

    it('is refused in transaction mode where the role lacks settings, with the statements that set them', async () => {
      const [row] = await together.database.query<{ name: string }>('SELECT current_database() AS name');
      await together.database.query(`ALTER DATABASE ${row?.name} SET default_transaction_isolation TO 'serializable'`);
      pooler = await Pgbouncer.start(direct, { mode: 'transaction' });
      const environment = { ...together.environment, DATABASE_URL: pooler.url, DATABASE_SCHEMA: 'elsewhere' };
      const { code, output } = await run('start', environment);
      expect(code).toBe(1);
      expect(output).toMatch(/ALTER ROLE .* SET default_transaction_isolation TO 'read committed'/);
      expect(output).toMatch(/ALTER ROLE .* SET search_path TO 'elsewhere'/);
      await together.database.query(`ALTER DATABASE ${row?.name} RESET default_transaction_isolation`);
    });
  });

  async function run(
    command: 'migrate' | 'start',
    environment: Record<string, string>,
  ): Promise<{ code: number | string | null; output: string }> {
    if (command === 'migrate') {
      const { code, stderr } = await hangarCommand(['migrate'], environment);
      return { code, output: stderr };
    }
    const hangar = await HangarProcess.launch({ ...environment, LOG_LEVEL: 'warn' });
    const code = await hangar.exit();
    return { code, output: hangar.log };
  }
});
