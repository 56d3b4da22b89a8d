import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hangarCommand } from '../support/cli.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { until } from '../support/until.js';

describe('a copy of the database that is started elsewhere', () => {
  let original: OwnPostgres;
  let copy: OwnPostgres;
  let together: HangarWithSimulator;
  let environment: Record<string, string>;

  beforeAll(async () => {
    original = await OwnPostgres.start();
    together = await HangarWithSimulator.start({ environment: { DATABASE_URL: original.url } });
    await together.install();
    await together.hangar.end();
    await together.startHangar({ HANGAR_ROLES: 'receiver' });
    expect((await together.deliver(pingWebhook('v2'))).status).toBe(202);
    await together.hangar.end();
    copy = await original.startStandby();
    await original.end('fast');
    await copy.promote();
    environment = { ...together.environment, DATABASE_URL: copy.url };
  });

  afterAll(async () => {
    await together?.stop();
    await copy?.remove();
    await original?.remove();
  });

  it('passes every check', async () => {
    const { stdout } = await hangarCommand(['doctor', '--json'], environment);
    const { findings } = JSON.parse(stdout) as { findings: { check: string; ok: boolean }[] };
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(['key ring', 'tokens', 'audit log']));
  });

  it('has an audit log that verifies', async () => {
    expect(await hangarCommand(['audit', 'verify'], environment)).toMatchObject({ code: 0 });
  });

  it('goes on with the jobs that waited, with the token that was stored', async () => {
    expect(await together.pongs()).toBe(0);
    await together.startHangar({ DATABASE_URL: copy.url });
    await until('the pong', async () => (await together.pongs()) === 1);
  });
});
