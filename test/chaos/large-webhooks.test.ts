import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FULL_SIZE } from '../support/full-size.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';
import { recorded } from '../fixtures/recorded.js';

const WEBHOOKS = FULL_SIZE ? 100 : 24;
/** More than fit into the room that bodies have, which is {@link FITTING}. */
const SENDERS = 12;
const FITTING = 8;
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

  it('release their memory budget when their clients disconnect', async () => {
    const first = waited();
    const { port } = new URL(together.url);
    const senders = Array.from({ length: SENDERS }, () => {
      const socket = connect(Number(port), 'localhost');
      socket.on('error', () => undefined);
      socket.write(
        `POST /webhooks/plane HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${BYTES}\r\n\r\n{`,
      );
      return socket;
    });
    await until('the room to be full', () => waited() >= first + SENDERS - FITTING);
    const before = waited();
    let answered = false;
    const blocked = together.deliver(large()).finally(() => (answered = true));
    await until('one more to wait', () => waited() > before);
    expect(answered).toBe(false);
    for (const sender of senders) sender.destroy();
    const answer = await until('room', () => blocked);
    expect(answer.status).toBe(202);
  });
});
