import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dataFolder } from '../support/data-folder.js';
import { HangarWithSimulator, pingWebhook, sign } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

const [OLD, NEW] = [`plane_wh_${'1'.repeat(32)}`, `plane_wh_${'2'.repeat(32)}`];

describe('the webhook secrets of a file', () => {
  let together: HangarWithSimulator;
  const folder = dataFolder();
  const link = join(folder, 'secrets');

  /** As Kubernetes changes a mounted Secret: a link is replaced. */
  function write(name: string, text: string): void {
    writeFileSync(join(folder, name), text);
    symlinkSync(join(folder, name), join(folder, 'next'));
    renameSync(join(folder, 'next'), link);
  }

  beforeAll(async () => {
    write('first', OLD);
    together = await HangarWithSimulator.start({
      environment: { PLANE_WEBHOOK_SECRETS: '', PLANE_WEBHOOK_SECRETS_FILE: link },
    });
  });

  afterAll(async () => {
    await together.stop();
    rmSync(folder, { recursive: true });
  });

  async function statusWith(secret: string): Promise<number> {
    const body = pingWebhook('v2');
    return (await together.deliver(body, { 'x-plane-signature': sign(body, secret) })).status;
  }

  it('are reloaded when it changes, without a restart', async () => {
    expect([await statusWith(OLD), await statusWith(NEW)]).toEqual([202, 401]);
    write('second', `${NEW},${OLD}\n`);
    await until('the new secret to be accepted', async () => (await statusWith(NEW)) === 202);
    expect(await statusWith(OLD)).toBe(202);
    write('third', NEW);
    await until('the old secret to be rejected', async () => (await statusWith(OLD)) === 401);
    expect(await statusWith(NEW)).toBe(202);
  });

  it('stay in use while it is empty or missing, which is logged', async () => {
    write('fourth', '');
    await until('the error to be logged', () => together.hangar.log.includes('webhook secrets were not reloaded'));
    expect(await statusWith(NEW)).toBe(202);
    expect(together.hangar.log).not.toContain(NEW);
  });
});
