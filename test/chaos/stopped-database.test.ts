import { afterEach, describe, expect, it } from '@jest/globals';
import { wrongAnswers } from '../support/answers.js';
import { FULL_SIZE } from '../support/full-size.js';
import { type Outage, OwnPostgres } from '../support/own-postgres.js';
import { type Run } from '../support/recorded-runs.js';
import { until } from '../support/until.js';
import { STORM, WebhookStorm } from '../support/webhook-storm.js';

const OUTAGES = FULL_SIZE ? 5 : 2;
const OUTAGE_MS = FULL_SIZE ? 4000 : 2000;
/** How long before an outage a run may have ended whose end had not been written down yet. */
const COMMIT_MS = 1000;

describe(`PostgreSQL is stopped and started ${OUTAGES} times while ${STORM.perSecond} webhooks a second come`, () => {
  const cleanups: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean();
  });

  /** Spread over the load, each once what came in the one before has been answered. */
  async function outages(postgres: OwnPostgres, { load }: WebhookStorm): Promise<Outage[]> {
    const seen: Outage[] = [];
    for (let count = 1; count <= OUTAGES; count += 1) {
      const last = seen.at(-1)?.to ?? 0;
      const isTime = (): boolean => load.progress >= count / (OUTAGES + 1) && load.hasAnswered(last);
      await until('the next outage', isTime);
      seen.push(await postgres.outage(count % 2 === 0 ? 'fast' : 'immediate', OUTAGE_MS));
    }
    return seen;
  }

  it('none is refused or lost, and none is handled twice but what was under way at a stop', async () => {
    const postgres = await OwnPostgres.start();
    cleanups.unshift(() => postgres.remove());
    const storm = await WebhookStorm.prepare(postgres, postgres.url);
    cleanups.unshift(() => storm.stop());
    let away: Outage[] = [];
    const { attempts, lost, repeated, deadLetters } = await storm.run(async () => {
      away = await outages(postgres, storm);
      return { outagesMs: away.map(({ from, to }) => to - from) };
    });
    const wasUnderWay = ({ startedAt, endedAt = Infinity }: Run): boolean =>
      away.some(({ from, to }) => startedAt <= to && endedAt > from - COMMIT_MS);
    expect(wrongAnswers(attempts)).toEqual([]);
    expect([lost, deadLetters]).toEqual([[], 0]);
    expect(repeated.filter((run) => !wasUnderWay(run))).toEqual([]);
  });
});
