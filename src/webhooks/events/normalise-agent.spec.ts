import { describe, expect, it } from '@jest/globals';
import { recorded } from '../../../test/fixtures/recorded.js';
import { deliveryKey } from './event-identity.js';
import { normaliseDelivery } from './normalise.js';
import { parsePayload } from './payload-parser.js';
import { type PlaneEvent } from './plane-event.js';

type Fields = Record<string, unknown>;

function receive(body: Buffer): PlaneEvent {
  return normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date(0) });
}

const normalise = (payload: unknown) => receive(Buffer.from(JSON.stringify(payload)));

describe('agent payloads', () => {
  const prompt = (fields: Fields) => ({ ...recorded('agent_run_activity-prompted'), ...fields });

  it('reads a run that was created', () => {
    const event = normalise(recorded('agent_run-created'));
    expect(event).toMatchObject({
      name: 'agent_run.created',
      entityType: 'agent_run',
      agentRun: { status: 'created' },
    });
    expect(event.id).toBe(event.agentRun?.id);
    expect(event).not.toHaveProperty('prompt');
  });

  it('reads a prompt and its signal', () => {
    const stop = normalise(recorded('agent_run_activity-stop'));
    expect(stop).toMatchObject({ name: 'agent_run.prompted', prompt: { text: 'stop', signal: 'stop' } });
    expect(stop.id).toBe(stop.prompt?.id);
  });

  it('keeps the keys of a run and of an activity with the same id apart', () => {
    const run = normalise({ ...recorded('agent_run-created'), agent_run: { id: 'x' } });
    const activity = normalise(prompt({ agent_run_activity: { id: 'x' } }));
    expect(run.id).toBe(activity.id);
    expect(deliveryKey(run)).not.toBe(deliveryKey(activity));
  });

  it('does not read an unknown action on a run as its creation', () => {
    const stopped = normalise({ ...recorded('agent_run-created'), action: 'stopped' });
    expect(stopped.name).toBe('agent_run.stopped');
    expect(deliveryKey(stopped)).not.toBe(deliveryKey(normalise(recorded('agent_run-created'))));
  });

  it('accepts a prompt with the fewest fields', () => {
    const event = normalise({
      type: 'agent_run_activity',
      action: 'prompted',
      workspace_id: 'w',
      agent_run_activity: { id: 'a', agent_run: 'r', content: null },
    });
    expect(event).toMatchObject({
      agentRun: { id: 'r', status: 'unknown' },
      prompt: { id: 'a', text: '', signal: 'continue' },
    });
    expect(Object.keys(event)).not.toContain('workItem');
    expect(Object.values(event)).not.toContain(undefined);
  });
});
