import { beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { loadConfig } from '../../config/load-config.js';
import { HoldService } from './hold.service.js';

const hold = (seconds: number): HoldService =>
  new HoldService(loadConfig({ WEBHOOK_HOLD_SECONDS: String(seconds) }));

describe('a webhook that cannot be stored', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('is tried again until it can', async () => {
    let tries = 0;
    const stored = await hold(5).until(async () => {
      tries += 1;
      if (tries < 3) throw new Error('the database is away');
      return 'stored';
    });
    expect([stored, tries]).toEqual(['stored', 3]);
  });

  it('is given up with 503 and Retry-After when its time is up', async () => {
    const failing = hold(1).until(async () => {
      throw new Error('the database is away');
    });
    await expect(failing).rejects.toMatchObject({ status: 503, retryAfterSeconds: 60, code: 'cannot_store' });
  });

  it('is not waited for where an attempt hangs', async () => {
    const hanging = hold(1).until(() => new Promise(() => undefined));
    await expect(hanging).rejects.toMatchObject({ code: 'cannot_store' });
  });

  it('is not held at all with WEBHOOK_HOLD_SECONDS=0', async () => {
    const never = hold(0).until(async () => {
      throw new Error('the database is away');
    });
    await expect(never).rejects.toMatchObject({ code: 'cannot_store' });
  });
});
