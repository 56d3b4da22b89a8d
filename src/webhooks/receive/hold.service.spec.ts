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

  it('is held the less, the longer it has waited before, and tried at least once', async () => {
    const began = Date.now();
    const failing = hold(5).until(async () => {
      throw new Error('the database is away');
    }, 9000);
    await expect(failing).rejects.toMatchObject({ code: 'cannot_store' });
    expect(Date.now() - began).toBeLessThan(2500);
    expect(await hold(5).until(async () => 'stored', 9000)).toBe('stored');
    const late = hold(5).until(() => new Promise(() => undefined), 11_000);
    await expect(late).rejects.toMatchObject({ code: 'cannot_store' });
    expect(Date.now() - began).toBeLessThan(2700);
  });

  it('is not held at all with WEBHOOK_HOLD_SECONDS=0', async () => {
    const never = hold(0).until(async () => {
      throw new Error('the database is away');
    });
    await expect(never).rejects.toMatchObject({ code: 'cannot_store' });
  });
});
