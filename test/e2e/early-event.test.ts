import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

describe('an event that arrives before the app is installed', () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await HangarWithSimulator.start();
  });

  afterAll(async () => {
    await together.stop();
  });

  it('is parked, and handled once the install is finished, hours after the last retry and by another process', async () => {
    expect((await together.deliver(pingWebhook('v2'))).status).toBe(202);
    const parked = (): Promise<object[]> => together.database.query('SELECT queue, awaits FROM parked_jobs');
    await until('the event to be parked', async () => (await parked()).length === 1);
    expect(await parked()).toEqual([{ queue: 'PingHandler.pong', awaits: expect.stringMatching(/^install:/) }]);
    await together.database.query(`UPDATE parked_jobs SET parked_at = now() - interval '3 hours'`);
    await together.hangar.end('SIGKILL');
    await together.startHangar();
    await together.install();
    await until('the answer', async () => (await together.pongs()) === 1);
    expect(await parked()).toEqual([]);
  });
});
