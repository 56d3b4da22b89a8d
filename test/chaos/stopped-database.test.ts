import { afterEach, describe, expect, it } from '@jest/globals';
import { wrongAnswers } from '../support/answers.js';
import { FULL_SIZE } from '../support/full-size.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { type Run } from '../support/recorded-runs.js';
import { until } from '../support/until.js';
import { type Moment, STORM, wasUnderWay, WebhookStorm } from '../support/webhook-storm.js';

const OUTAGES = FULL_SIZE ? 5 : 2;
/** So many webhooks come in an outage beside the others. */
const MEANWHILE = FULL_SIZE ? 1500 : 40;

/** From just before PostgreSQL was stopped until it was there again, by the clock of this machine in milliseconds. */
interface Outage extends Moment {
  readonly to: number;
}

describe(`${OUTAGES} restarts of PostgreSQL while ${STORM.count} webhooks arrive`, () => {
  const cleanups: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean();
  });

  /** Spread over the load, each once what came in the one before has been answered. */
  async function outages(postgres: OwnPostgres, storm: WebhookStorm): Promise<Outage[]> {
    const { load } = storm;
    const seen: Outage[] = [];
    for (let count = 1; count <= OUTAGES; count += 1) {
      const last = seen.at(-1)?.to ?? 0;
      const isTime = (): boolean => load.progress >= count / (OUTAGES + 1) && load.hasAnswered(last);
      await until('the next outage', isTime);
      const moment = await storm.moment();
      await postgres.outage(count % 2 === 0 ? 'fast' : 'immediate', async () => {
        load.sendNow(MEANWHILE);
        await until('the servers to notice', () => noneIsReady(storm.replicas.urls));
      });
      seen.push({ ...moment, to: Date.now() });
    }
    return seen;
  }

  it('cause no rejected or lost webhook, and none handled twice unless it was running at a stop', async () => {
    const postgres = await OwnPostgres.start();
    cleanups.unshift(() => postgres.remove());
    const storm = await WebhookStorm.prepare(postgres, postgres.url);
    cleanups.unshift(() => storm.stop());
    let away: Outage[] = [];
    const { attempts, lost, repeated, deadLetters } = await storm.run(async () => {
      away = await outages(postgres, storm);
      return { outagesMs: away.map(({ at, to }) => to - at) };
    });
    const wasCut = (run: Run): boolean => away.some((outage) => run.startedAt <= outage.to && wasUnderWay(run, outage));
    expect(wrongAnswers(attempts)).toEqual([]);
    expect([lost, deadLetters]).toEqual([[], 0]);
    expect(repeated.filter((run) => !wasCut(run))).toEqual([]);
  });
});

async function noneIsReady(urls: readonly string[]): Promise<boolean> {
  const answers = await Promise.all(urls.map((url) => fetch(`${url}/health/ready`)));
  return answers.every(({ status }) => status === 503);
}
