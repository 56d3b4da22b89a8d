import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CatchUpScheduleJob } from '../../src/catch-up/catch-up-schedule.job.js';
import { CatchUpService } from '../../src/catch-up/catch-up.service.js';
import { CatchUpScene } from '../support/catch-up-scene.js';
import { until } from '../support/until.js';

const PRIORITIES = ['low', 'high', 'urgent', 'medium'];

describe('two servers that start a catch-up of one installation at once', () => {
  let scene: CatchUpScene;
  let servers: readonly INestApplicationContext[];

  beforeAll(async () => {
    scene = await CatchUpScene.start('v2');
    servers = [scene.context, await scene.replica()];
    await scene.webhook(false);
    for (const [index, priority] of PRIORITIES.entries()) {
      await scene.at(-60 + index);
      await scene.api('PATCH', scene.item(), { priority });
    }
    await scene.at(0);
  });

  afterAll(async () => scene.stop());

  it('make one run, and recover each change once', async () => {
    await scene.plane.post('/faults', { match: '/api/v1/', kind: 'slow', ms: 600_000 });
    const requests = servers.map(async (server) =>
      server.get(CatchUpService).request(scene.installation, 7200, 'a test'),
    );
    const checks = servers.map(async (server) => server.get(CatchUpScheduleJob).tick());
    const results = await Promise.allSettled(requests);
    await Promise.all(checks);
    await scene.plane.clearFaults();
    const done = results.find((each) => each.status === 'fulfilled');
    expect(results).toContainEqual({
      status: 'rejected',
      reason: expect.objectContaining({ code: 'catch_up_running' }),
    });
    expect(await scene.ended(done?.value.id ?? '')).toMatchObject({ state: 'done', recovered: PRIORITIES.length });
    await until('the events', () => scene.received.all.length >= PRIORITIES.length);
    await scene.idle();
    expect(scene.received.all.map(({ changes }) => changes['priority']?.new)).toEqual(PRIORITIES);
  });
});
