import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

const QUEUE = 'PingHandler.pong';
const RETRIES = 5;
const FIRST_DELAY_SECONDS = 5;
const PLANE_ERROR = { match: '/api/v1/', kind: 'status', status: 500 };

/** Records the delay of each retry, and delays it until the test makes it due. */
const NOTE_RETRIES = `
  CREATE TABLE retries (delivery_id text, retry_count int, delay float);
  CREATE FUNCTION note_retry() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.state = 'retry' AND NEW.start_after > now() THEN
      INSERT INTO public.retries
      VALUES (NEW.data ->> 'deliveryId', NEW.retry_count, extract(epoch FROM NEW.start_after - now()));
      NEW.start_after = now() + interval '1 day';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER note_retry BEFORE INSERT OR UPDATE ON pgboss.job FOR EACH ROW EXECUTE FUNCTION note_retry()`;

interface Job {
  readonly state: string;
  readonly retry_count: number;
  readonly data: { readonly deliveryId: string };
}

let together: HangarWithSimulator;
let deliveryId: string;
let pongs: number;

beforeAll(async () => {
  together = await HangarWithSimulator.start();
  await together.install();
  await together.database.query(NOTE_RETRIES);
});

afterAll(async () => {
  await together.stop();
});

/** Each test has an event of its own, which fails. */
beforeEach(async () => {
  pongs = await together.pongs();
  await together.plane.post('/faults', PLANE_ERROR);
  const { status, body } = await together.deliver(pingWebhook('v1'));
  expect(status).toBe(202);
  deliveryId = body.id;
});

afterEach(async () => {
  await together.plane.clearFaults();
});

describe('a handler that fails because of Plane', () => {
  it('is retried with growing delays, then its event is dead-lettered', async () => {
    for (let retry = 0; retry < RETRIES; retry += 1) {
      const delay = await failureNumber(retry);
      const longest = FIRST_DELAY_SECONDS * 2 ** (retry + 1);
      expect(delay).toBeGreaterThanOrEqual(longest / 2);
      expect(delay).toBeLessThanOrEqual(longest);
      await bringForward();
    }
    const letter = await until('the dead letter', async () => (await jobs(`${QUEUE}.dead-letter`))[0]);
    expect(letter).toMatchObject({ state: 'created' });
    expect(await jobs()).toMatchObject([{ state: 'failed', retry_count: RETRIES }]);
    await until('the last log line', () => logged('failed for the last time: dead-lettered').length === 1);
    expect(logged('failed: will be tried again')).toHaveLength(RETRIES);
    expect(await together.pongs()).toBe(pongs);
  });

  it('succeeds with the next attempt once Plane works again', async () => {
    await failureNumber(0);
    await together.plane.clearFaults();
    await bringForward();
    await until('the answer', async () => (await together.pongs()) > pongs);
    const outcome = await until('the job to be done', async () => {
      const [row] = await outcomes();
      return row?.state === 'handled' && row;
    });
    expect(outcome.attempts).toMatchObject([
      {
        attempt: 1,
        outcome: 'failed',
        reason: expect.stringContaining('500'),
        // Of the source, although the error was thrown where Plane is called.
        frames: [expect.stringMatching(/^PingHandler\.pong \(src\/handlers\/ping\.handler\.ts:\d+:\d+\)$/)],
      },
      { attempt: 2, outcome: 'handled' },
    ]);
    expect(outcome.last_error).toContain('500');
    expect(await jobs()).toEqual([]);
    expect(await together.pongs()).toBe(pongs + 1);
    expect(await jobs(`${QUEUE}.dead-letter`)).toEqual([]);
  });

  it('does not block other events', async () => {
    await failureNumber(0);
    await together.plane.clearFaults();
    expect((await together.deliver(pingWebhook('v2'))).status).toBe(202);
    await until('the answer', async () => (await together.pongs()) > pongs);
    expect(await jobs()).toMatchObject([{ state: 'retry', retry_count: 0 }]);
  });
});

/** Waits for the failure of the first attempt (0) or of a retry. Resolves with the seconds until the next attempt. */
async function failureNumber(retry: number): Promise<number> {
  return until(`failure ${retry}`, async () => {
    const [found] = await together.database.query<{ delay: number }>(
      'SELECT delay FROM retries WHERE delivery_id = $1 AND retry_count = $2',
      [deliveryId, retry],
    );
    return found?.delay;
  });
}

function logged(text: string): string[] {
  return together.hangar.log.split('\n').filter((line) => line.includes(text) && line.includes(deliveryId));
}

async function outcomes(): Promise<{ state: string; attempts: object[]; last_error: string }[]> {
  return together.database.query('SELECT * FROM delivery_outcomes WHERE delivery_id = $1', [deliveryId]);
}

/** Those of the test's event. */
async function jobs(name = QUEUE): Promise<Job[]> {
  return together.database.query(
    `SELECT state, retry_count, data FROM pgboss.job WHERE name = $1 AND data ->> 'deliveryId' = $2`,
    [name, deliveryId],
  );
}

/** Makes the next attempt due now. */
async function bringForward(): Promise<void> {
  await together.database.query(
    `UPDATE pgboss.job SET start_after = now() WHERE name = $1 AND state = 'retry' AND data ->> 'deliveryId' = $2`,
    [QUEUE, deliveryId],
  );
}
