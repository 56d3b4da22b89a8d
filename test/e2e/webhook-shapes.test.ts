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

describe('a signed JSON object of an unknown shape is stored as an unknown event', () => {
  const v1 = (fields: object): string =>
    JSON.stringify({ ...recorded('v1-issue-created'), mark: randomUUID(), ...fields });

  it.each<[string, string]>([
    ['an empty object', '{}'],
    ['a version that does not exist yet', changed({ version: 'v2.1' })],
    ['a version that is a number', changed({ version: 2 })],
    ['a number for the event', changed({ event: 7 })],
    ['no workspace', changed({ workspace_id: undefined })],
    ['a list for the data', changed({ data: [] })],
    ['"None" for the data', changed({ data: 'None' })],
    ['"None" for the previous attributes', changed({ previous_attributes: 'None' })],
    ['no event id', changed({ event_id: null })],
    ['a number for the action', v1({ event: 'issue', action: 1 })],
    ['v1 without data', v1({ data: null })],
    ['an agent’s payload without a run', JSON.stringify({ type: 'agent_run', action: 'created', mark: randomUUID() })],
    [
      'NUL in every text',
      JSON.stringify({ workspace_id: 'a\u0000b', entity_id: '\u0000', event: '\u0000', '\u0000': randomUUID() }),
    ],
    ['lone surrogates', `{"workspace_id":"\\ud800","entity_id":"\\udfff","mark":"${randomUUID()}"}`],
    ['a workspace of 100 kB', JSON.stringify({ workspace_id: 'w'.repeat(100_000), mark: randomUUID() })],
  ])('%s', async (_, body) => {
    const { status, body: first } = await together.deliver(body);
    expect({ status, outcome: first.status }).toEqual({ status: 202, outcome: 'accepted' });
    expect(
      await together.database.query('SELECT event_name, source FROM deliveries WHERE id = $1', [first.id]),
    ).toEqual([{ event_name: 'unknown', source: 'unknown' }]);
    expect(await together.deliver(body)).toEqual({ status: 200, body: { status: 'duplicate', id: first.id } });
  });
});

/** A v2 webhook of a new event with some fields replaced, or left out where `undefined`. */
function changed(fields: Record<string, unknown>): string {
  return JSON.stringify({
    ...recorded('v2-workitem-comment-created'),
    event_id: randomUUID(),
    ...fields,
  });
}
