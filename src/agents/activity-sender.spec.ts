import { describe, expect, it } from '@jest/globals';
import { type ActivityContent, type AgentActivityEntity } from './agent-activity.entity.js';
import { type ListedActivity } from './agent-plane.service.js';
import { type AgentTurnEntity } from './agent-turn.entity.js';
import { ActivitySender, type SendResult } from './activity-sender.service.js';

const CONTENT: ActivityContent = { type: 'thought', body: 'hm' };
const TURN = { id: 't', run: { id: 'r', workspaceId: 'w', runId: 'p' } } as AgentTurnEntity;
const OLD = {
  id: 'a',
  key: 't/1',
  number: 1,
  type: 'thought',
  content: CONTENT,
  createdAt: new Date(0),
  closes: false,
};
const PAGES: ListedActivity[][] = [[], [], []];

/** What a sender does that may take an activity so many times before another process takes it. */
async function sent(claims: number, { mayBeSent = false } = {}): Promise<{ did: string[]; result: SendResult }> {
  const did: string[] = [];
  const note = (what: string) => async () => void did.push(what);
  const activities = {
    claim: async () => did.push('claim') && did.filter((what) => what === 'claim').length <= claims,
    statusOf: async () => 'pending',
    settle: note('settle'),
    sent: note('sent'),
    keepClaim: note('keep'),
  };
  const plane = {
    async *activities() {
      for (const page of PAGES) {
        did.push('page');
        yield page;
      }
    },
    client: async () => ({
      slug: 's',
      plane: { agentRuns: { activities: { create: async () => (did.push('post'), { id: 'x' }) } } },
    }),
  };
  const dataSource = { transaction: async (work: (manager: object) => Promise<void>) => work({}) };
  const runs = { lock: note('lock run'), posted: note('posted') };
  const drain = { abortSignal: new AbortController().signal };
  const sender = new ActivitySender(
    { agentStaleSeconds: 300 },
    dataSource as never,
    plane as never,
    runs as never,
    {} as never,
    activities as never,
    drain as never,
    {} as never,
  );
  const result = await sender.send(TURN, OLD as unknown as AgentActivityEntity, {
    priority: 'handler',
    mayBeSent,
    tries: 1,
  });
  return { did, result };
}

describe('the sender of activities', () => {
  it('takes an activity before it posts it, and records it with the run locked first', async () => {
    const { did, result } = await sent(Infinity);
    expect(did).toEqual(['claim', 'post', 'lock run', 'sent', 'posted']);
    expect(result).toEqual({ sent: true });
  });

  it('takes it again before each request, while it searches the list of Plane', async () => {
    const { did } = await sent(Infinity, { mayBeSent: true });
    expect(did.slice(0, 9)).toEqual(['claim', 'page', 'claim', 'page', 'claim', 'page', 'claim', 'claim', 'post']);
  });

  it.each([0, 1, 3, 4])(
    'does not post it where another process has taken it meanwhile: after %i times',
    async (claims) => {
      const { did, result } = await sent(claims, { mayBeSent: true });
      expect(did).not.toContain('post');
      expect(result).toMatchObject({ sent: false, error: { code: 'agent_activity_sent_elsewhere' } });
    },
  );
});
