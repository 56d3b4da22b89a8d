import { describe, expect, it } from '@jest/globals';
import { recorded, signedExamples } from '../../../test/fixtures/recorded.js';
import { deliveryKey } from './event-identity.js';
import { malformed, MalformedPayloadError } from './malformed-payload.error.js';
import { normaliseDelivery } from './normalise.js';
import { parsePayload } from './payload-parser.js';
import { type PlaneEvent } from './plane-event.js';

const RECEIVED_AT = new Date('2026-04-01T12:00:00Z');

function receive(body: Buffer): PlaneEvent {
  return normaliseDelivery({ body, payload: parsePayload(body), receivedAt: RECEIVED_AT });
}

describe('every signed example', () => {
  it.each(signedExamples())('$fixture becomes the event on record', ({ body_base64 }) => {
    const { raw, ...event } = receive(Buffer.from(body_base64, 'base64'));
    expect(event).toMatchSnapshot();
    expect(raw).toEqual(parsePayload(Buffer.from(body_base64, 'base64')));
  });

  it('has a key of its own', () => {
    const keys = signedExamples().map(({ body_base64 }) => deliveryKey(receive(Buffer.from(body_base64, 'base64'))));
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('what is none of the shapes', () => {
  const without = (name: string, field: string) => ({ ...recorded(name), [field]: undefined });

  it.each<[string, unknown, string]>([
    ['an empty object', {}, malformed.unknownShape()],
    ['another version', { version: 'v3' }, malformed.unknownShape()],
    ['a hook of something else', { zen: 'Keep it simple', hook_id: 1 }, malformed.unknownShape()],
    ...['event', 'event_id', 'workspace_id'].map((field): [string, unknown, string] => [
      `v2 without ${field}`,
      without('v2-workitem-updated', field),
      malformed.wrongField(field, 'a text that is not empty'),
    ]),
    [
      'v2 with a list of data',
      { ...recorded('v2-workitem-updated'), data: [] },
      malformed.wrongField('data', 'an object'),
    ],
    ...['action', 'workspace_id'].map((field): [string, unknown, string] => [
      `v1 without ${field}`,
      without('v1-issue-created', field),
      malformed.wrongField(field, 'a text that is not empty'),
    ]),
    [
      'v1 with a number for event',
      { ...recorded('v1-issue-created'), event: 7 },
      malformed.wrongField('event', 'a text that is not empty'),
    ],
    [
      'v1 with a number for action',
      { ...recorded('v1-issue-created'), action: 7 },
      malformed.wrongField('action', 'a text that is not empty'),
    ],
    ['v1 without data', without('v1-issue-created', 'data'), malformed.wrongField('data', 'an object')],
    [
      'v1 with null for data',
      { ...recorded('v1-issue-created'), data: null },
      malformed.wrongField('data', 'an object'),
    ],
    [
      'a run without action',
      without('agent_run-created', 'action'),
      malformed.wrongField('action', 'a text that is not empty'),
    ],
    [
      'a run without workspace',
      without('agent_run-created', 'workspace_id'),
      malformed.wrongField('workspace_id', 'a text that is not empty'),
    ],
    ['a run without run', without('agent_run-created', 'agent_run'), malformed.wrongField('agent_run.id', 'an id')],
    [
      'a prompt without activity',
      without('agent_run_activity-prompted', 'agent_run_activity'),
      malformed.wrongField('agent_run_activity.id', 'an id'),
    ],
  ])('%s is refused', (_, payload, detail) => {
    const body = Buffer.from(JSON.stringify(payload));
    expect(() => receive(body)).toThrow(new MalformedPayloadError(detail));
  });
});
