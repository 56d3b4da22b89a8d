import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hangarCommand } from '../support/cli.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

const SETTINGS = [
  `datestyle TO 'German, DMY'`,
  `timezone TO 'Asia/Kolkata'`,
  `intervalstyle TO 'iso_8601'`,
  `bytea_output TO 'escape'`,
  `default_transaction_isolation TO 'serializable'`,
];

describe('a database with settings of its own', () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await HangarWithSimulator.start();
    await together.hangar.end();
    const [row] = await together.database.query<{ name: string }>('SELECT current_database() AS name');
    for (const setting of SETTINGS) await together.database.query(`ALTER DATABASE ${row?.name} SET ${setting}`);
    await together.startHangar();
    await together.install();
  });

  afterAll(async () => {
    await together.stop();
  });

  it('gets its events to the handlers, with the times that were stored', async () => {
    const sentAt = Date.now();
    const answer = await together.deliver(pingWebhook('v2'));
    expect(answer.status).toBe(202);
    await until('the pong', async () => (await together.pongs()) > 0);
    const { code, stdout } = await hangarCommand(
      ['deliveries', 'show', answer.body.id, '--json'],
      together.environment,
    );
    expect(code).toBe(0);
    const { receivedAt } = (JSON.parse(stdout) as { delivery: { receivedAt: string } }).delivery;
    expect(Math.abs(Date.parse(receivedAt) - sentAt)).toBeLessThan(3_600_000);
  });

  it('passes every check, the audit log included', async () => {
    const { code, stdout } = await hangarCommand(['doctor', '--json'], together.environment);
    const { findings } = JSON.parse(stdout) as { findings: { check: string; ok: boolean; detail: string }[] };
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect([code, findings.map(({ check }) => check)]).toEqual([0, expect.arrayContaining(['audit log', 'tokens'])]);
    expect((await hangarCommand(['audit', 'verify'], together.environment)).code).toBe(0);
  });
});
