import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

const QUEUE = 'PingHandler.pong';
const RETRIES = 5;
const FIRST_DELAY_SECONDS = 5;
const TROUBLE = { match: '/api/v1/', kind: 'status', status: 500 };

interface Job {
  readonly state: string;
  readonly retry_count: number;
  /** Seconds between the failure and the next attempt. */
  readonly delay: number;
}

let together: HangarWithSimulator;
let deliveryId: string;

beforeEach(async () => {
  together = await HangarWithSimulator.start();
  await together.install();
  await together.plane.post('/faults', TROUBLE);
  const { status, body } = await together.deliver(pingWebhook('v1'));
  expect(status).toBe(202);
  deliveryId = body.id;
});

afterEach(async () => {
  await together.stop();
});

describe('a handler that fails because Plane does', () => {
  it('is tried again after longer and longer pauses, and its event then lies among its dead letters', async () => {
    for (let retry = 0; retry < RETRIES; retry += 1) {
      const { delay } = await failureNumber(retry);
      const longest = FIRST_DELAY_SECONDS * 2 ** (retry + 1);
      expect(delay).toBeGreaterThan(longest / 2 - 1);
      expect(delay).toBeLessThanOrEqual(longest);
      await bringForward();
    }
    const letter = await until('the dead letter', async () => (await jobs(`${QUEUE}.dead-letter`))[0]);
    expect(letter).toMatchObject({ state: 'created', data: { deliveryId } });
    expect(await jobs(QUEUE)).toMatchObject([{ state: 'failed', retry_count: RETRIES }]);
    expect(together.hangar.log.split('failed: will be tried again')).toHaveLength(RETRIES + 1);
    expect(together.hangar.log.split('failed for the last time: dead-lettered')).toHaveLength(2);
    expect(await together.pongs()).toBe(0);
  });

  it('succeeds with the next attempt once Plane works again', async () => {
    await failureNumber(0);
    await together.plane.clearFaults();
    await bringForward();
    await until('the answer', async () => (await together.pongs()) > 0);
    const outcome = await until('the job to be done', async () => {
      const [row] = await outcomes();
      return row?.state === 'handled' && row;
    });
    expect(outcome.attempts).toMatchObject([
      { attempt: 1, outcome: 'failed', reason: expect.stringContaining('500') },
      { attempt: 2, outcome: 'handled' },
    ]);
    expect(outcome.last_error).toContain('500');
    expect((await jobs(QUEUE)).filter(({ data }) => data.deliveryId === deliveryId)).toEqual([]);
    expect(await together.pongs()).toBe(1);
    expect(await jobs(`${QUEUE}.dead-letter`)).toEqual([]);
  });

  it('leaves other events alone: they are handled meanwhile', async () => {
    await failureNumber(0);
    await together.plane.clearFaults();
    expect((await together.deliver(pingWebhook('v2'))).status).toBe(202);
    await until('the answer', async () => (await together.pongs()) > 0);
    expect((await job()).state).toBe('retry');
  });
});

/** Waits for the failure of the first attempt (0) or of a retry. */
async function failureNumber(retry: number): Promise<Job> {
  return until(`failure ${retry}`, async () => {
    const found = await job();
    return found.state === 'retry' && found.retry_count === retry && found.delay > 0 && found;
  });
}

async function job(): Promise<Job> {
  const found = (await jobs(QUEUE)).find(({ data }) => data.deliveryId === deliveryId);
  if (!found) throw new Error('the job is gone');
  return found;
}

async function outcomes(): Promise<{ state: string; attempts: object[]; last_error: string }[]> {
  return together.database.query('SELECT * FROM delivery_outcomes WHERE delivery_id = $1', [deliveryId]);
}

async function jobs(name: string): Promise<(Job & { data: { deliveryId: string } })[]> {
  return together.database.query(
    `SELECT state, retry_count, data, extract(epoch FROM start_after - now())::float AS delay
     FROM pgboss.job WHERE name = $1`,
    [name],
  );
}

/** Lets the next attempt be due now. */
async function bringForward(): Promise<void> {
  await together.database.query(
    `UPDATE pgboss.job SET start_after = now() WHERE name = $1 AND state = 'retry'`,
    [QUEUE],
  );
}
