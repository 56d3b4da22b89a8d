import { describe, expect, it } from '@jest/globals';
import { PlaneConnections } from '../../config/plane-connections.js';
import { type PlaneConnection } from '../../config/plane-connection.js';
import { PlaneHealthService } from '../../plane/plane-health.service.js';
import { PlaneTiming } from '../../plane/plane-timing.js';
import { type RunResult } from '../../queue/queue.js';
import { ConnectionBulkhead } from './connection-bulkhead.service.js';

const PROBE_MS = 15_000;
const HANDLER = { id: 'PingHandler.pong', options: { concurrency: 3 } };
const handled = async (): Promise<RunResult<never>> => ({ outcome: 'handled' });
/** A run that does not end. */
const hanging = (): Promise<RunResult<never>> => new Promise(() => undefined);

function bulkheadOf(ids: readonly string[]) {
  const timing = new PlaneTiming();
  let nowMs = 0;
  timing.now = () => nowMs;
  const health = new PlaneHealthService(timing);
  const connections = new PlaneConnections(ids.map((id) => ({ id, mode: 'oauth' }) as unknown as PlaneConnection));
  const bulkhead = new ConnectionBulkhead(connections, health, timing);
  const outcomeOf = async (id: string): Promise<string> => (await bulkhead.run(HANDLER, id, handled)).outcome;
  return { bulkhead, health, outcomeOf, pass: (ms: number) => (nowMs += ms) };
}

describe('the bulkhead between connections', () => {
  it('leaves a place of each handler to each other connection', async () => {
    const { bulkhead, outcomeOf } = bulkheadOf(['a', 'b']);
    for (let run = 0; run < 2; run += 1) void bulkhead.run(HANDLER, 'a', hanging);
    expect(await outcomeOf('a')).toBe('delayed');
    expect(await outcomeOf('b')).toBe('handled');
  });

  it('puts many off for longer and longer, up to two minutes, so that jobs of others are reached', async () => {
    const { bulkhead, pass } = bulkheadOf(['a', 'b']);
    for (let run = 0; run < 2; run += 1) void bulkhead.run(HANDLER, 'a', hanging);
    const delays: number[] = [];
    for (let run = 0; run < 20_000; run += 1)
      delays.push((await bulkhead.run(HANDLER, 'a', handled)).delaySeconds ?? 0);
    expect([delays[0], delays[1], delays[100], delays.at(-1)]).toEqual([1, 1.01, 2, 120]);
    pass(300_000);
    expect(await bulkhead.run(HANDLER, 'a', handled)).toMatchObject({ delaySeconds: 1 });
  });

  it('counts what a run does at its end', async () => {
    const { bulkhead, outcomeOf } = bulkheadOf(['a', 'b']);
    for (let run = 0; run < 2; run += 1) void bulkhead.occupy(HANDLER, 'a', hanging);
    expect([await outcomeOf('a'), await outcomeOf('b')]).toEqual(['delayed', 'handled']);
  });

  it('counts each queue by itself', async () => {
    const { bulkhead, outcomeOf } = bulkheadOf(['a', 'b']);
    for (let run = 0; run < 2; run += 1) void bulkhead.run({ ...HANDLER, id: 'other' }, 'a', hanging);
    expect(await outcomeOf('a')).toBe('handled');
  });

  it('puts off the runs of a Plane that does not answer, but for one every 15 seconds', async () => {
    const { health, outcomeOf, pass } = bulkheadOf(['a', 'b']);
    for (let call = 0; call < 3; call += 1) health.note('a', false);
    expect([await outcomeOf('a'), await outcomeOf('b')]).toEqual(['delayed', 'handled']);
    pass(PROBE_MS);
    expect([await outcomeOf('a'), await outcomeOf('a')]).toEqual(['handled', 'delayed']);
    health.note('a', true);
    expect([await outcomeOf('a'), await outcomeOf('a')]).toEqual(['handled', 'handled']);
  });

  it('does nothing where there is one connection', async () => {
    const { bulkhead, health, outcomeOf } = bulkheadOf(['a']);
    for (let run = 0; run < 3; run += 1) void bulkhead.run(HANDLER, 'a', hanging);
    for (let call = 0; call < 3; call += 1) health.note('a', false);
    expect(await outcomeOf('a')).toBe('handled');
  });
});
