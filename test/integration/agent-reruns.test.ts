import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { AgentActivitiesRepository, type NewActivity } from '../../src/agents/agent-activities.repository.js';
import { AgentRunsService } from '../../src/agents/agent-runs.service.js';
import { AgentTurnsRepository } from '../../src/agents/agent-turns.repository.js';
import { type TurnOutcome } from '../../src/agents/agent-turn.entity.js';
import { DeadLettersService } from '../../src/queue/dead-letters.service.js';
import { DeliveryReplayService } from '../../src/webhooks/deliveries/delivery-replay.service.js';
import { type BegunTurn, StoredAgent } from '../support/stored-agent.js';

const AGENT = 'HelperAgent.answer';
const ERROR: NewActivity = { type: 'error', content: { type: 'error', body: 'no' }, closes: true };
const RESPONSE: NewActivity = { type: 'response', content: { type: 'response', body: 'yes' }, closes: true };
const OPEN = { state: 'waiting', outcome: null, reason: null, ended_at: null, saved_state: 'sealed' };

describe('a turn of an agent that has ended', () => {
  let agent: StoredAgent;

  beforeAll(async () => {
    agent = await StoredAgent.start();
  });

  afterAll(() => agent.stop());

  const activities = (): AgentActivitiesRepository => agent.service(AgentActivitiesRepository);
  const transaction = <T>(work: (manager: DataSource['manager']) => Promise<T>): Promise<T> =>
    agent.service(DataSource).transaction(work);
  const ended = async (outcome: TurnOutcome): Promise<BegunTurn> => {
    const begun = await agent.begun();
    await agent.service(AgentTurnsRepository).save(begun.turn.id, begun.start, 'sealed');
    await activities().add(begun.turn.id, begun.start, outcome === 'failed' ? ERROR : RESPONSE);
    await transaction((manager) =>
      agent.service(AgentTurnsRepository).close(manager, begun.turn.id, outcome, 'a reason'),
    );
    await agent.database.query('UPDATE agent_runs SET ended_at = now(), heartbeat_at = NULL WHERE id = $1', [
      begun.turn.runId,
    ]);
    return begun;
  };
  const letterOf = async ({ turn: { deliveryId } }: BegunTurn): Promise<string> => {
    const [letter] = await agent.database.query<{ id: string }>(
      `INSERT INTO pgboss.job (name, data) VALUES ($1, jsonb_build_object('deliveryId', $2::text)) RETURNING id`,
      [`${AGENT}.dead-letter`, deliveryId],
    );
    return letter?.id ?? '';
  };
  const isAlive = async ({ turn }: BegunTurn): Promise<object[]> =>
    agent.database.query(
      'SELECT ended_at IS NULL AND heartbeat_at IS NOT NULL AS alive FROM agent_runs WHERE id = $1',
      [turn.runId],
    );

  it('is open again, with its state, where the dead letter of its job is redriven', async () => {
    const failed = await ended('failed');
    const id = await letterOf(failed);
    expect(await agent.service(DeadLettersService).redrive([{ id, handler: AGENT }])).toBe(1);
    expect(await agent.turnsOf(failed.own)).toMatchObject([OPEN]);
    expect(await isAlive(failed)).toEqual([{ alive: true }]);
  });

  it('is open again where its delivery is replayed, alone or with others', async () => {
    for (const filter of [(id: string) => ({ id }), () => ({ event: 'agent_run.prompted' })]) {
      const failed = await ended('failed');
      await agent.service(DeliveryReplayService).replay(filter(failed.turn.deliveryId));
      expect(await agent.turnsOf(failed.own)).toMatchObject([OPEN]);
    }
  });

  it('takes an answer again, where the error that ended it was never posted', async () => {
    const { own, turn } = await ended('failed');
    await transaction((manager) => agent.service(AgentRunsService).retry(turn.runId, manager));
    expect(await agent.turnsOf(own)).toMatchObject([OPEN]);
    expect(await activities().closingOf(turn.id)).toBeUndefined();
    const start = await agent.service(AgentTurnsRepository).begin(turn.id, 1);
    expect(await activities().add(turn.id, start, RESPONSE)).toMatchObject({ status: 'pending' });
    expect(await activities().ofTurn(turn.id)).toMatchObject([
      { type: 'error', status: 'dropped', closes: false },
      { type: 'response', status: 'pending' },
    ]);
  });

  it.each(['completed', 'stopped'] as const)('is left as it is where it is %s: a replay says why', async (outcome) => {
    const answered = await ended(outcome);
    const { deliveryId } = answered.turn;
    const replays = agent.service(DeliveryReplayService);
    await expect(replays.replay({ id: deliveryId })).rejects.toMatchObject({ code: 'agent_turn_not_failed' });
    expect(await replays.replay({ id: deliveryId }, undefined, true)).toEqual({ deliveries: 1, jobs: 1 });
    expect(await agent.turnsOf(answered.own)).toMatchObject([{ state: 'closed', outcome }]);
    const id = await letterOf(answered);
    expect(await agent.service(DeadLettersService).redrive([{ id, handler: AGENT }])).toBe(1); // which removes the letter
    expect(await agent.turnsOf(answered.own)).toMatchObject([{ state: 'closed', outcome }]);
  });

  it('is not counted by a replay of many', async () => {
    await agent.database.query(`UPDATE agent_turns SET state = 'closed', outcome = 'completed'`);
    const replay = await agent.service(DeliveryReplayService).replay({ event: 'agent_run.prompted' });
    expect(replay).toMatchObject({ jobs: 0 });
  });
});
