import { afterEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '../support/database.js';
import { FULL_SIZE } from '../support/full-size.js';
import { type Run } from '../support/recorded-runs.js';
import { until } from '../support/until.js';
import { STORM, WebhookStorm } from '../support/webhook-storm.js';

const KILLS = FULL_SIZE ? 10 : 2;
/** How long before a kill a run may have ended whose end had not been written down yet. */
const COMMIT_MS = 1000;

describe(`two servers are killed ${KILLS} times while ${STORM.perSecond} webhooks a second come`, () => {
  const cleanups: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean();
  });

  /** One after the other and in turn, spread over the load. */
  async function kill({ load, replicas }: WebhookStorm): Promise<object> {
    for (let count = 1; count <= KILLS; count += 1) {
      await until('the next kill', () => load.progress >= count / (KILLS + 1));
      await replicas.at(count % replicas.all.length).killAndStart();
    }
    return { cut: replicas.runs().filter(({ endedAt }) => endedAt === undefined).length };
  }

  const wasUnderWay = ({ killedAt, endedAt = Infinity }: Run): boolean =>
    killedAt !== undefined && killedAt - endedAt < COMMIT_MS;

  it('none that was acknowledged is lost, and none is handled twice but what was under way at a kill', async () => {
    const database = await createTestDatabase();
    cleanups.unshift(() => database.drop());
    const storm = await WebhookStorm.prepare(database, database.url);
    cleanups.unshift(() => storm.stop());
    const { attempts, accepted, lost, repeated, deadLetters } = await storm.run(() => kill(storm));
    expect(accepted).toBe(STORM.count);
    expect([lost, deadLetters]).toEqual([[], 0]);
    expect(attempts.filter(({ status = 200 }) => status !== 200 && status !== 202)).toEqual([]);
    expect(repeated.filter((run) => !wasUnderWay(run))).toEqual([]);
  });
});
