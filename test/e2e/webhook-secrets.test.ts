import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hangarCommand } from '../support/cli.js';
import { dataFolder } from '../support/data-folder.js';
import { HangarWithSimulator, pingWebhook, sign } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

const [OLD = '', NEW = '', OTHER = ''] = ['1', '2', '3'].map((digit) => `plane_wh_${digit.repeat(32)}`);

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
    write('one-a-line', `\uFEFF${OTHER}\r\n"${NEW}"\r\n${OLD}\r\n`);
    await until('the third secret to be accepted', async () => (await statusWith(OTHER)) === 202);
    expect([await statusWith(NEW), await statusWith(OLD)]).toEqual([202, 202]);
    write('third', NEW);
    await until('the old secret to be rejected', async () => (await statusWith(OLD)) === 401);
    expect(await statusWith(NEW)).toBe(202);
  });

  it('stay in use while it is empty or missing, which is logged', async () => {
    write('fourth', '');
    await until('the warning to be logged', () => together.hangar.log.includes('webhook secrets were not reloaded'));
    expect(await statusWith(NEW)).toBe(202);
    expect(together.hangar.log).not.toContain(NEW);
  });

  it('stay in use while it has what cannot be a secret, and one warning says why', async () => {
    write('fifth', `# rotated today\n${OTHER}\n`);
    await until('the warning to be logged', () => warnings('entry 1 has a blank').length > 0);
    expect([await statusWith(NEW), await statusWith(OTHER)]).toEqual([202, 401]);
    write('sixth', OTHER);
    await until('the next secret to be accepted', async () => (await statusWith(OTHER)) === 202);
    expect(warnings('entry 1 has a blank')).toHaveLength(1);
    expect(together.hangar.log).not.toContain(OTHER);
  });

  it('are told by the doctor to be other ones than Plane signs with', async () => {
    await statusWith(OLD);
    const environment = { ...together.environment, PLANE_WEBHOOK_SECRETS: '', PLANE_WEBHOOK_SECRETS_FILE: link };
    const check = async (): Promise<string> => (await hangarCommand(['doctor'], environment)).stdout;
    await until('the doctor to report it', async () => /rejected with 401/.test(await check()));
    expect(await check()).toMatch(
      /^BAD {2}webhook secrets: .*; [1-9]\d* webhook\(s\) rejected with 401 in the last hour, the last at \S+, [1-9]\d* accepted.* Compare PLANE_WEBHOOK_SECRETS/m,
    );
  });

  function warnings(text: string): string[] {
    return together.hangar.log.split('\n').filter((line) => line.includes(text));
  }
});
