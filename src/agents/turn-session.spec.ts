import { describe, expect, it } from '@jest/globals';
import { turnClosed } from './agent.errors.js';
import { type AgentTurnEntity } from './agent-turn.entity.js';
import { type SessionServices, TurnSession } from './turn-session.js';

const RUN = { id: 'r', runId: 'p', status: 'in_progress' };
const TURN = { id: 't', runId: 'r', run: RUN, prompt: null } as unknown as AgentTurnEntity;
const START = 3;
const REJECTION = new Error('Plane answered 400');

/** A session whose turn is this one by now. */
function session(now: object, { ended = new AbortController().signal, saves = false } = {}): TurnSession {
  const services = {
    turns: { find: async () => now, save: async () => saves },
    states: { seal: async () => 'sealed' },
    acknowledgements: { settle: async () => undefined },
    activities: { add: async () => ({ id: 'a' }) },
    sender: { send: async () => Promise.reject(REJECTION) },
  };
  const stop = new AbortController().signal;
  const call = { turn: TURN, start: START, attempt: 1, state: 'before', stop, ended };
  return new TurnSession(services as unknown as SessionServices, call);
}

describe('the session of a call', () => {
  it.each([
    ['the turn has ended', { state: 'closed', outcome: 'failed' }, 'agent_turn_closed'],
    ['another call runs', { state: 'running', starts: START + 1 }, 'agent_turn_taken_over'],
  ])('refuses to save where %s, and keeps its state', async (_, now, code) => {
    const own = session(now);
    await expect(own.save('after')).rejects.toMatchObject({ code });
    expect(own.state).toBe('before');
  });

  it('refuses everything with the reason for which its turn was ended elsewhere', async () => {
    const ended = AbortSignal.abort(turnClosed('its outcome "failed", because the app was uninstalled'));
    const own = session({}, { ended, saves: true });
    for (const call of [own.save(1), own.thought('hm'), own.respond('yes'), own.newPrompts()])
      await expect(call).rejects.toMatchObject({
        code: 'agent_turn_closed',
        message: expect.stringContaining('uninstalled'),
      });
    expect(own.signal.aborted).toBe(true);
  });

  it('knows at its end that Plane has rejected an answer for which the method did not wait', async () => {
    const own = session({});
    own.respond('yes').catch(() => undefined);
    await own.end();
    expect([own.closedBy, own.rejection]).toEqual([undefined, REJECTION]);
  });
});
