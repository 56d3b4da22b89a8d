import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recorded } from '../fixtures/recorded.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';

let together: HangarWithSimulator;

beforeAll(async () => {
  together = await HangarWithSimulator.start();
});

afterAll(async () => {
  await together.stop();
});

/** A v2 webhook of a new event with some fields replaced. */
function changed(fields: Record<string, unknown>): string {
  return JSON.stringify({ ...recorded('v2-workitem-comment-created'), event_id: randomUUID(), ...fields });
}

describe('a signed webhook of the content type application/x-www-form-urlencoded is accepted', () => {
  const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
  const id = randomUUID();

  it.each<[string, string]>([
    ['with the field payload', form({ payload: changed({ event_id: id, data: { id: 'i', name: 'a+b & ü 100%' } }) })],
    ['with JSON as its body', changed({})],
    ['of 1 MB', form({ payload: changed({ data: { id: 'i', name: 'x'.repeat(1_000_000) } }) })],
    [
      'with a field for each key',
      form({
        event: 'issue',
        action: 'created',
        workspace_id: randomUUID(),
        data: JSON.stringify({ id: randomUUID() }),
      }),
    ],
  ])('%s', async (_, body) => {
    const type = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const { status, body: first } = await together.deliver(body, type);
    expect({ status, outcome: first.status }).toEqual({ status: 202, outcome: 'accepted' });
    expect(await together.deliver(body, type)).toEqual({ status: 200, body: { status: 'duplicate', id: first.id } });
    const [stored] = await together.database.query('SELECT event_name, body FROM deliveries WHERE id = $1', [first.id]);
    expect(stored?.['event_name']).toMatch(/^workitem\./);
    expect(JSON.parse(String(stored?.['body']))).toHaveProperty('event');
  });

  it('and is rejected with 401 without a valid signature, with 400 where its payload is no JSON', async () => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const wrong = { ...type, 'x-plane-signature': 'a'.repeat(64) };
    expect((await together.deliver(form({ payload: changed({}) }), wrong)).status).toBe(401);
    expect((await together.deliver(form({ payload: 'no JSON' }), type)).status).toBe(400);
  });
});
