import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

describe('a workspace that sends deprecated webhooks', () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await HangarWithSimulator.start({ environment: { HANGAR_ROLES: 'receiver' } });
  });

  afterAll(() => together.stop());

  it('is named in the log, once', async () => {
    for (const shape of ['v2', 'v1', 'v1', 'v2', 'v1'] as const)
      expect((await together.deliver(pingWebhook(shape))).status).toBe(202);
    const told = (): number => together.hangar.log.split('webhooks of version v1').length - 1;
    await until('the line', () => told() > 0);
    expect(told()).toBe(1);
    expect(together.hangar.log).toMatch(
      /version v1[^\n]*"workspaceId":"[0-9a-f-]{36}"|"workspaceId":"[0-9a-f-]{36}"[^\n]*version v1/,
    );
  });
});
