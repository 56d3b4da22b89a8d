import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { WebhookLoad } from '../support/webhook-load.js';

const OPEN = `
  SELECT application_name AS name, count(*)::int AS count FROM pg_stat_activity
  WHERE datname = current_database() AND application_name LIKE 'hangar%' GROUP BY 1`;

describe('a server with DATABASE_POOL_SIZE=2', () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await HangarWithSimulator.start({ environment: { DATABASE_POOL_SIZE: '2' } });
  });

  afterAll(() => together.stop());

  it('uses two connections, two for the queue, and one for LISTEN', async () => {
    await together.install();
    const load = new WebhookLoad({ urls: [together.url], count: 200, perSecond: 400 });
    const answers = load.run();
    const most = new Map<string, number>();
    while (!load.isOver)
      for (const { name, count } of await together.database.query<{ name: string; count: number }>(OPEN))
        most.set(name, Math.max(count, most.get(name) ?? 0));
    expect((await answers).map(({ attempts }) => attempts[0]?.status)).toEqual(Array(200).fill(202));
    expect(Object.fromEntries(most)).toEqual({ hangar: 2, 'hangar queue': 3 });
  });
});
