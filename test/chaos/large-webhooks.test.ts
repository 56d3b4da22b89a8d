import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FULL_SIZE } from '../support/full-size.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { RawSocket, requestHead } from '../support/raw-socket.js';
import { recorded } from '../fixtures/recorded.js';

const WEBHOOKS = FULL_SIZE ? 100 : 24;
const BYTES = 4_000_000;
/** Of the bodies alone, all at once would take more at full size. */
const MAX_MEGABYTES = 600;

describe(`${WEBHOOKS} webhooks of ${BYTES} bytes at once`, () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await HangarWithSimulator.start({ environment: { HANGAR_ROLES: 'receiver' } });
  });

  afterAll(() => together.stop());

  /** What the server's memory was at most, in megabytes. */
  const peakMegabytes = (): number => {
    const status = readFileSync(`/proc/${together.hangar.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  };
  /** How many had to wait for room so far. */
  const waited = (): number => together.hangar.log.split('delayed by backpressure').length - 1;
  const large = (): string => {
    const payload = recorded('v2-workitem-updated');
    const ids = { delivery_id: randomUUID(), event_id: randomUUID() };
    return JSON.stringify({ ...payload, ...ids, filler: 'x'.repeat(BYTES) });
  };

  it('are all accepted, in bounded memory', async () => {
    const answers = await Promise.all(Array.from({ length: WEBHOOKS }, () => together.deliver(large())));
    expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
    expect(waited()).toBeGreaterThan(0);
    process.stdout.write(`peak memory of the receiver: ${Math.round(peakMegabytes())} MB\n`);
    expect(peakMegabytes()).toBeLessThan(MAX_MEGABYTES);
  });

  it('are accepted after many that stopped halfway and disconnected', async () => {
    const head = { 'content-type': 'application/json', 'content-length': BYTES, 'x-plane-signature': 'a'.repeat(64) };
    const half = Buffer.concat([Buffer.from(requestHead('POST', '/webhooks/plane', head)), Buffer.alloc(BYTES / 2)]);
    const senders = Array.from({ length: WEBHOOKS }, () => RawSocket.open(together.url, half));
    const answers = [together.deliver(large()), together.deliver(large())];
    for (const sender of senders) sender.destroy();
    for (const { status } of await Promise.all(answers)) expect(status).toBe(202);
  });
});
