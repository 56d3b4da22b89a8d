import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hangarCommand, type CommandResult } from '../support/cli.js';
import { manifests } from '../support/chart.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { codeOf } from '../support/document.js';
import { until } from '../support/until.js';

/** What docs/kubernetes.md has an administrator run before the installation. */
const PREPARATION = codeOf('docs/kubernetes.md', 'sql').find((code) => code.includes('CREATE SCHEMA')) ?? '';
/** And docs/security.md after it. */
const AUDIT_RIGHTS = codeOf('docs/security.md', 'sql').join('').replaceAll('public.', 'hangar.');
/** And docs/kubernetes.md for KEDA. */
const KEDA = codeOf('docs/kubernetes.md', 'sql').find((code) => code.includes('hangar_keda')) ?? '';

describe('a database as an administrator prepares it by the documentation', () => {
  /** Roles are of the whole server, on which other tests run too. */
  const prefix = `r_${randomBytes(4).toString('hex')}`;
  const own = (sql: string): string => sql.replaceAll(/hangar_(app|owner|keda)/g, `${prefix}_$1`);
  let database: TestDatabase;
  let together: HangarWithSimulator | undefined;

  beforeAll(async () => {
    database = await createTestDatabase({ empty: true });
    const name = new URL(database.url).pathname.slice(1);
    await database.query(own(PREPARATION).replaceAll('DATABASE hangar ', `DATABASE ${name} `));
  });

  afterAll(async () => {
    await together?.stop();
    for (const role of ['keda', 'app', 'owner'])
      await database.query(`DROP OWNED BY ${prefix}_${role} CASCADE; DROP ROLE ${prefix}_${role}`);
    await database.drop();
  });

  const as = (role: string, variable: string): string =>
    Object.assign(new URL(database.url), { username: own(role), password: encodeURIComponent(`of ${variable}`) }).href;
  const migrate = (): Promise<CommandResult> =>
    hangarCommand(['migrate'], {
      DATABASE_URL: as('hangar_owner', 'MIGRATION_DATABASE_URL'),
      DATABASE_SCHEMA: 'hangar',
      HANGAR_ENCRYPTION_KEYS: `a:${Buffer.alloc(32, 1).toString('base64')}`,
    });

  it('is migrated by a role that owns the two schemas and may create nothing else', async () => {
    const { code, stdout, stderr } = await migrate();
    expect([code, stdout + stderr]).toEqual([0, expect.stringContaining('ran MainPath')]);
    expect(await database.query(`SELECT name FROM hangar.queue_schema`)).toEqual([{ name: 'hangar_pgboss' }]);
  });

  it('serves a role that owns nothing, and does not let it change the audit log', async () => {
    await database.query(own(AUDIT_RIGHTS));
    const environment = { DATABASE_URL: as('hangar_app', 'DATABASE_URL'), DATABASE_SCHEMA: 'hangar' };
    together = await HangarWithSimulator.start({ environment });
    await together.install();
    expect((await together.deliver(pingWebhook('v2'))).status).toBe(202);
    await until('the pong', async () => (await together?.pongs()) === 1);
    const rights = await database.query(
      own(`SELECT has_table_privilege('hangar_app', 'hangar.audit_log', 'INSERT') AS adds,
              has_table_privilege('hangar_app', 'hangar.audit_log', 'UPDATE, DELETE') AS changes,
              has_table_privilege('hangar_app', 'hangar.audit_head', 'INSERT, UPDATE, DELETE') AS ends`),
    );
    expect(rights).toEqual([{ adds: true, changes: false, ends: false }]);
    await database.query(own('SET ROLE hangar_owner; CREATE TABLE hangar.of_a_later_release (id int); RESET ROLE'));
    const later = own(`SELECT has_table_privilege('hangar_app', 'hangar.of_a_later_release', 'INSERT') AS adds`);
    expect(await database.query(later)).toEqual([{ adds: true }]);
  });

  it('lets the role for KEDA count jobs, and read no delivery', async () => {
    await database.query(own(KEDA).replaceAll('pgboss', 'hangar_pgboss'));
    const query = manifests('everything')
      .flatMap(({ spec }) => (spec?.triggers ?? []) as { metadata: { query: string } }[])
      .find(({ metadata }) => metadata.query.startsWith('SELECT'))?.metadata.query;
    expect(query).toContain('FROM pgboss.job_common');
    await database.query(own(`SET ROLE hangar_keda; ${query?.replaceAll('pgboss', 'hangar_pgboss')}; RESET ROLE`));
    const may = await database.query(
      own(`SELECT has_table_privilege('hangar_keda', 'hangar_pgboss.job_common', 'SELECT') AS jobs,
              has_schema_privilege('hangar_keda', 'hangar', 'USAGE') AS deliveries`),
    );
    expect(may).toEqual([{ jobs: true, deliveries: false }]);
  });
});
