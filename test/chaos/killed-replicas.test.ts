import { afterEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '../support/database.js';
import { FULL_SIZE } from '../support/full-size.js';
import { type Run } from '../support/recorded-runs.js';
import { until } from '../support/until.js';
import { type Moment, STORM, wasUnderWay, WebhookStorm } from '../support/webhook-storm.js';

const KILLS = FULL_SIZE ? 10 : 2;

describe(`two servers killed ${KILLS} times while ${STORM.count} webhooks arrive`, () => {
  const cleanups: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean();
  });

  /** One after the other and in turn, spread over the load. Resolves with the moments before each. */
  async function kill(storm: WebhookStorm): Promise<Moment[]> {
    const { load, replicas } = storm;
    const moments: Moment[] = [];
    for (let count = 1; count <= KILLS; count += 1) {
      await until('the next kill', () => load.progress >= count / (KILLS + 1));
      moments.push(await storm.moment());
      await replicas.at(count % replicas.all.length).killAndStart();
    }
    return moments;
  }

  const wasCut = (run: Run, moments: readonly Moment[]): boolean => {
    const before = moments.findLast(({ at }) => at <= (run.killedAt ?? 0));
    return before !== undefined && wasUnderWay(run, before);
  };

  it('lose no acknowledged event, and handle none twice unless it was running at a kill', async () => {
    const database = await createTestDatabase();
    cleanups.unshift(() => database.drop());
    const storm = await WebhookStorm.prepare(database, database.url);
    cleanups.unshift(() => storm.stop());
    let moments: Moment[] = [];
    const { attempts, accepted, lost, repeated, deadLetters } = await storm.run(async () => {
      moments = await kill(storm);
      return { cut: storm.replicas.runs().filter(({ endedAt }) => endedAt === undefined).length };
    });
    expect(accepted).toBe(STORM.count);
    expect([lost, deadLetters]).toEqual([[], 0]);
    expect(attempts.filter(({ status = 200 }) => status !== 200 && status !== 202)).toEqual([]);
    expect(repeated.filter((run) => !wasCut(run, moments))).toEqual([]);
  });
});
