import { describe, expect, it } from '@jest/globals';
import { type Operator } from '../../identity/operator.js';
import { type DeliveryOutcome, type OutcomeState } from '../../webhooks/deliveries/outcome.js';
import { deliveryView } from './delivery.view.js';

const operator = { role: 'operator', csrfToken: 'token' } as Operator;
const delivery = {
  connectionId: 'default',
  id: '0197b6a2-3c00-7d1e-9b2f-4a6c8e0f2d41',
  eventName: 'workitem.created',
  source: 'v2',
  workspaceId: 'w',
  entityId: null,
  workItemId: null,
  receivedAt: new Date(0),
};
const rest = { attempts: [], log: [], lastError: null, foldedInto: null, updatedAt: new Date(0) };

/** The buttons of the page, `*` before the primary one. */
function buttons(states: Record<string, OutcomeState | undefined>): string[] {
  const handlers = Object.keys(states);
  const outcomes = Object.entries(states).flatMap(([handler, state]): DeliveryOutcome[] =>
    state === undefined ? [] : [{ handler, state, ...rest }],
  );
  const { text } = deliveryView({ delivery, workspace: undefined, outcomes, handlers }, operator);
  const found = text.matchAll(/<button class="(\w+)"[^>]*>([^<]*)<\/button>/g);
  return [...found].map(([, look, label]) => `${look === 'primary' ? '*' : ''}${label}`);
}

describe('the replay buttons of a delivery', () => {
  it.each([
    [{ A: 'handled' }, ['*Replay']],
    [{ A: 'handled', B: 'handled' }, ['Replay to A', 'Replay to B', 'Replay to all 2 handlers']],
    [{ A: 'handled', B: 'dead_lettered' }, ['*Replay to B, which failed', 'Replay to A', 'Replay to all 2 handlers']],
    [
      { A: 'failed', B: 'dead_lettered', C: undefined },
      [
        '*Replay to the 2 handlers that failed',
        'Replay to A',
        'Replay to B',
        'Replay to C',
        'Replay to all 3 handlers',
      ],
    ],
  ] as [Record<string, OutcomeState | undefined>, string[]][])('%j: what failed comes first', (states, expected) => {
    expect(buttons(states)).toEqual(expected);
  });
});
