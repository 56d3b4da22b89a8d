import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { AgentActivitiesRepository, type NewActivity } from '../../src/agents/agent-activities.repository.js';
import { AgentRunsRepository } from '../../src/agents/agent-runs.repository.js';
import { AgentTurnsRepository } from '../../src/agents/agent-turns.repository.js';
import { AgentUninstallParticipant } from '../../src/agents/agent-uninstall.participant.js';
import { AgentUpkeepRepository } from '../../src/agents/agent-upkeep.repository.js';
import { type Installation } from '../../src/installations/installation.js';
import { type SimulatedRun } from '../support/agent-scene.js';
import { StoredAgent } from '../support/stored-agent.js';
import { until } from '../support/until.js';

const IN_FLIGHT_SECONDS = 20;
const RESPONSE: NewActivity = { type: 'response', content: { type: 'response', body: 'yes' }, closes: true };
const QUESTION: NewActivity = { type: 'elicitation', content: { type: 'elicitation', body: 'which?' }, closes: true };

/** A time of Plane's, whose clock need not be that of the database. */
function at(second: number): { readonly createdAt: string } {
  return { createdAt: new Date(Date.UTC(2020, 0, 1, 0, 0, second)).toISOString() };
}

describe('stops of an agent', () => {
  let agent: StoredAgent;

  beforeAll(async () => {
    agent = await StoredAgent.start();
  });

  afterAll(() => agent.stop());

  const turns = (): AgentTurnsRepository => agent.service(AgentTurnsRepository);
  const activities = (): AgentActivitiesRepository => agent.service(AgentActivitiesRepository);
  const stopsOf = async (run: SimulatedRun): Promise<boolean[]> =>
    (await agent.turnsOf(run)).map(({ stop_requested_at: time }) => time !== null);
  const outcomesOf = async (run: SimulatedRun): Promise<unknown[]> =>
    (await agent.turnsOf(run)).map(({ outcome }) => outcome);
  const close = (id: string, outcome: 'awaiting' | 'completed'): Promise<boolean> =>
    turns().close(agent.service(DataSource).manager, id, outcome);

  describe('end the turns whose prompts were written before them', () => {
    it('also where the stop arrives after the next prompt, which it does not end', async () => {
      const run = agent.run();
      await agent.prompted(run, 'first', at(1));
      await agent.prompted(run, 'next', at(3));
      await agent.stopped(run, at(2));
      expect(await stopsOf(run)).toEqual([true, false]);
    });

    it('also where the prompt arrives after its stop, and the next prompt is not ended', async () => {
      const run = agent.run();
      await agent.stopped(run, at(2));
      await agent.prompted(run, 'next', at(3));
      await agent.prompted(run, 'first', at(1));
      expect(await stopsOf(run)).toEqual([false, true]);
    });

    it.each([
      ['times are equal', at(1)],
      ['a time is missing', {}],
    ])('by the order of receipt where %s', async (_, ofPrompt) => {
      const run = agent.run();
      await agent.prompted(run, 'first', ofPrompt);
      await agent.stopped(run, at(1));
      await agent.prompted(run, 'next', ofPrompt);
      expect(await stopsOf(run)).toEqual([true, false]);
    });

    it('and give back a later prompt that a stopped turn has taken', async () => {
      const { own, turn, start } = await agent.begun('w', at(1));
      await agent.prompted(own, 'second', at(2));
      const next = await agent.turnOf(own, await agent.prompted(own, 'next', at(4)));
      expect(await turns().takePrompts(turn, start)).toHaveLength(2);
      await agent.stopped(own, at(3));
      expect(await outcomesOf(own)).toEqual([null, 'merged', null]);
      expect(await agent.turnsOf(own)).toMatchObject([{}, {}, { state: 'waiting', stop_requested_at: null }]);
      const lines = `SELECT FROM queue_lines WHERE queue = 'HelperAgent.answer' AND data ->> 'deliveryId' = $1`;
      expect(await agent.database.query(lines, [next.deliveryId])).toHaveLength(2); // that of the prompt may be done
      expect(await turns().takePrompts(turn, start)).toEqual([]);
    });
  });

  describe('that come while the run waits for a reply', () => {
    it('are confirmed once, however often they come', async () => {
      const { own, turn } = await agent.begun();
      await close(turn.id, 'awaiting');
      const id = await agent.stopped(own);
      await agent.stopped(own, { id });
      await agent.stopped(own);
      expect(await agent.turnsOf(own)).toMatchObject([{}, { prompt_id: id, state: 'waiting', stop_requested_at: {} }]);
      const confirming = await agent.turnOf(own, id);
      expect(await turns().stoppedOf(turn.runId)).toEqual([confirming.id]);
      expect(await agent.jobsOf('hangar.agents.acknowledge', 'turnId', confirming.id)).toEqual([]);
      await agent.prompted(own, 'next');
      expect(await stopsOf(own)).toEqual([false, true, false]);
    });

    it('are confirmed after the question, where that is not posted yet', async () => {
      const { own, turn, start } = await agent.begun();
      await activities().add(turn.id, start, QUESTION);
      const confirming = await agent.turnOf(own, await agent.stopped(own));
      expect(await turns().stoppedOf(turn.runId)).toEqual([turn.id, confirming.id]);
    });

    it('are none where the run has its answer', async () => {
      const { own, turn } = await agent.begun();
      await close(turn.id, 'completed');
      await agent.stopped(own);
      expect(await outcomesOf(own)).toEqual(['completed']);
    });
  });

  it('are said to a turn behind one that has its answer: that answer confirms nothing', async () => {
    const { own, turn, start } = await agent.begun();
    await activities().add(turn.id, start, RESPONSE);
    const next = await agent.turnOf(own, await agent.prompted(own, 'next'));
    await agent.stopped(own);
    expect(await turns().stoppedOf(turn.runId)).toEqual([turn.id, next.id]);
  });

  describe('and other ends leave nothing that would begin the run anew: an acknowledgement', () => {
    const isUnderWay = (turnId: string): Promise<boolean> =>
      activities().hasProgressUnderWay(turnId, IN_FLIGHT_SECONDS);

    it.each(['merged', 'stopped'] as const)(
      'of a turn that was %s is not posted, if it is not being sent',
      async (how) => {
        const { own, turn, start } = await agent.begun();
        const second = await agent.turnOf(own, await agent.prompted(own, 'second'));
        const added = await activities().addAcknowledgement(second.id, 'On it.', 'pending');
        if (how === 'merged') await turns().takePrompts(turn, start);
        else await agent.stopped(own);
        expect(await outcomesOf(own)).toEqual([null, how]);
        expect(await isUnderWay(turn.id)).toBe(false);
        expect(await activities().claim(added?.id ?? '', randomUUID(), IN_FLIGHT_SECONDS)).toBe(false);
        expect(await activities().statusOf(added?.id ?? '')).toBe('dropped');
      },
    );

    it('that is being posted is waited for, and not tried again', async () => {
      const { own, turn, start } = await agent.begun();
      const second = await agent.turnOf(own, await agent.prompted(own, 'second'));
      const added = await activities().addAcknowledgement(second.id, 'On it.', 'pending');
      const by = randomUUID();
      expect(await activities().claim(added?.id ?? '', by, IN_FLIGHT_SECONDS)).toBe(true);
      await turns().takePrompts(turn, start);
      expect(await isUnderWay(turn.id)).toBe(true);
      expect(await activities().claim(added?.id ?? '', by, IN_FLIGHT_SECONDS)).toBe(false);
      expect(await isUnderWay(turn.id)).toBe(false);
    });

    it('of a turn that waits is not waited for: it has its own answer', async () => {
      const { own, turn } = await agent.begun();
      const second = await agent.turnOf(own, await agent.prompted(own, 'second'));
      const added = await activities().addAcknowledgement(second.id, 'On it.', 'pending');
      expect(await isUnderWay(turn.id)).toBe(false);
      expect(await activities().statusOf(added?.id ?? '')).toBe('pending');
    });
  });

  describe('and other ends are seen by the process that runs the method', () => {
    const over = (turnId: string, start: number): Promise<object[]> =>
      agent.service(AgentUpkeepRepository).overAmong([{ turnId, start }]);

    it('where the app is uninstalled', async () => {
      const { turn, start } = await agent.begun('gone');
      expect(await over(turn.id, start)).toEqual([]);
      const installation = { connectionId: 'default', workspaceId: 'gone' } as Installation;
      await agent.service(AgentUninstallParticipant).onUninstall(agent.service(DataSource).manager, installation);
      expect(await over(turn.id, start)).toMatchObject([
        { stopped: false, ended: true, outcome: 'failed', reason: 'the app was uninstalled' },
      ]);
    });

    it('but not where the method itself has answered', async () => {
      const { turn, start } = await agent.begun();
      const answer = await activities().add(turn.id, start, RESPONSE);
      await close(turn.id, 'completed');
      if (answer) await activities().sent(agent.service(DataSource).manager, answer, 'plane');
      expect(await over(turn.id, start)).toEqual([]);
      expect(await over(turn.id, start + 1)).toMatchObject([{ ended: true }]);
    });
  });

  it('take prompts with the run locked before the turns, as those who store them do', async () => {
    const { own, turn, start } = await agent.begun();
    const second = await agent.turnOf(own, await agent.prompted(own, 'second'));
    let taken: Promise<unknown> | undefined;
    await agent.service(DataSource).transaction(async (transaction) => {
      await agent.service(AgentRunsRepository).lock(transaction, turn.runId);
      taken = turns().takePrompts(turn, start);
      await until('the run to be waited for', async () => {
        const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
        return (await agent.database.query(waiting)).length > 0;
      });
      const locked = 'SELECT FROM agent_turns WHERE id = ANY ($1) FOR UPDATE NOWAIT';
      expect(await transaction.query(locked, [[turn.id, second.id]])).toHaveLength(2);
    });
    expect(await taken).toHaveLength(1);
  });

  it('keep the order of the parameters of an action', async () => {
    const { turn, start } = await agent.begun();
    const parameters = { zebra: '1', a: '2', bb: '3' };
    const content = { type: 'action', action: 'count', parameters } as const;
    const added = await activities().add(turn.id, start, { type: 'action', content, closes: false });
    expect(JSON.stringify(added?.content)).toBe(JSON.stringify(content));
  });
});
