import { afterEach, describe, expect, it } from '@jest/globals';
import { OwnPostgres } from '../support/own-postgres.js';
import { patientSeconds } from '../support/patient-seconds.js';
import { STORM, WebhookStorm } from '../support/webhook-storm.js';

const ROLE = 'limited';
const PASSWORD = 'p%ss/word@1';
/** Two processes with two pools of three and a connection for notifications each. */
const CONNECTIONS = 14;

describe('a role with the limits of an administrator', () => {
  const cleanups: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean();
  });

  async function limitedRole(postgres: OwnPostgres): Promise<string> {
    for (const statement of [
      `CREATE ROLE ${ROLE} LOGIN PASSWORD '${PASSWORD}' CONNECTION LIMIT ${CONNECTIONS}`,
      `ALTER ROLE ${ROLE} SET statement_timeout TO '${patientSeconds(30)}s'`,
      `ALTER ROLE ${ROLE} SET idle_in_transaction_session_timeout TO '${patientSeconds(10)}s'`,
      `ALTER ROLE ${ROLE} SET lock_timeout TO '${patientSeconds(15)}s'`,
      `GRANT USAGE ON SCHEMA public, pgboss TO ${ROLE}`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, pgboss TO ${ROLE}`,
      `GRANT USAGE ON ALL SEQUENCES IN SCHEMA public, pgboss TO ${ROLE}`,
      `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public, pgboss TO ${ROLE}`,
    ])
      await postgres.query(statement);
    const url = new URL(postgres.url);
    url.username = ROLE;
    url.password = encodeURIComponent(PASSWORD);
    return url.href;
  }

  it(`that owns nothing and has ${CONNECTIONS} connections handles ${STORM.count} webhooks once each`, async () => {
    const postgres = await OwnPostgres.start();
    cleanups.unshift(() => postgres.remove());
    const storm = await WebhookStorm.prepare(postgres, await limitedRole(postgres), { DATABASE_POOL_SIZE: '3' });
    cleanups.unshift(() => storm.stop());
    const { accepted, lost, repeated, deadLetters } = await storm.run(async () => ({}));
    expect({ accepted, lost, repeated, deadLetters }).toEqual({
      accepted: STORM.count,
      lost: [],
      repeated: [],
      deadLetters: 0,
    });
    for (const { log } of storm.replicas.all) expect(log).not.toMatch(/timeout|too many connections|pg-boss error/);
  });
});
