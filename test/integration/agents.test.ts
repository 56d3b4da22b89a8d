import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { AgentActivitiesRepository, type NewActivity } from '../../src/agents/agent-activities.repository.js';
import { AgentRunsRepository } from '../../src/agents/agent-runs.repository.js';
import { AgentTurnsRepository } from '../../src/agents/agent-turns.repository.js';
import { AgentUninstallParticipant } from '../../src/agents/agent-uninstall.participant.js';
import { SavedStatesService } from '../../src/agents/saved-states.service.js';
import { type Installation } from '../../src/installations/installation.js';
import { createdBody, promptedBody } from '../support/agent-scene.js';
import { StoredAgent } from '../support/stored-agent.js';

const RUNS = 20;
const THOUGHT: NewActivity = { type: 'thought', content: { type: 'thought', body: 'hm' }, closes: false };
const RESPONSE: NewActivity = { type: 'response', content: { type: 'response', body: 'yes' }, closes: true };

describe('the runs and turns of an agent', () => {
  let agent: StoredAgent;

  beforeAll(async () => {
    agent = await StoredAgent.start();
  });

  afterAll(() => agent.stop());

  const service = <T>(type: new (...args: never[]) => T, replica = 0): T => agent.service(type, replica);
  const prompt = (text: string, { id = randomUUID(), signal = 'continue' } = {}) => ({ id, text, signal });

  it('are one for both webhooks of a mention, whichever process stores which, in whatever order', async () => {
    const runs = Array.from({ length: RUNS }, () => agent.run());
    const first = prompt('first');
    await Promise.all(
      runs.flatMap((own, index) => [
        agent.store(createdBody(own), index % 2),
        agent.store(promptedBody(own, { ...first, id: `${first.id}-${index}` }), (index + 1) % 2),
      ]),
    );
    for (const own of runs) {
      const turns = await agent.turnsOf(own);
      expect(turns).toMatchObject([{ state: 'waiting', prompt: { text: 'first', actorId: 'u' } }]);
      expect(await agent.jobsOf('hangar.agents.acknowledge', 'turnId', turns[0]?.['id'])).toHaveLength(1);
    }
  });

  it('get a job to find the prompt where only the creation comes', async () => {
    const own = agent.run();
    await agent.store(createdBody(own));
    const [turn] = await agent.turnsOf(own);
    expect(turn).toMatchObject({ state: 'waiting', prompt_id: null, prompt: null });
    const [job] = await agent.database.query(
      `SELECT round(extract(epoch FROM start_after - created_on))::int AS wait FROM pgboss.job
       WHERE name = 'hangar.agents.open' AND data ->> 'turnId' = $1`,
      [turn?.['id']],
    );
    expect(job).toEqual({ wait: 5 });
  });

  it('are stopped by a stop where their prompts came before it, and by no other', async () => {
    const own = agent.run();
    await agent.store(promptedBody(own, prompt('first')));
    await agent.store(promptedBody(own, prompt('stop', { signal: 'stop' })));
    await agent.store(promptedBody(own, prompt('second')));
    const turns = await agent.turnsOf(own);
    expect(turns.map(({ prompt: view, stop_requested_at: at }) => [view, at !== null])).toEqual([
      [expect.objectContaining({ text: 'first' }), true],
      [expect.objectContaining({ text: 'second' }), false],
    ]);
    expect(await agent.jobsOf('hangar.agents.stop', 'runId', turns[0]?.['run_id'])).toHaveLength(1);
  });

  it('run in the order of their prompts: those of one run one at a time', async () => {
    const [own, other] = [agent.run(), agent.run()];
    for (const each of [own, own, other]) await agent.store(promptedBody(each, prompt('next')));
    const lines = await agent.database.query<{ line: string; first: boolean }>(
      `SELECT line, job_id IS NOT NULL AS first FROM queue_lines WHERE queue = 'HelperAgent.answer' AND line = ANY ($1)
       ORDER BY position`,
      [[`w/${own.id}`, `w/${other.id}`]],
    );
    expect(lines).toEqual([
      { line: `w/${own.id}`, first: true },
      { line: `w/${own.id}`, first: false },
      { line: `w/${other.id}`, first: true },
    ]);
  });

  it('store a text that PostgreSQL cannot have', async () => {
    const own = agent.run();
    await agent.store(promptedBody(own, prompt('a\0b\ud800')));
    expect(await agent.turnsOf(own)).toMatchObject([{ prompt: { text: 'ab\ufffd' } }]);
  });

  it('take one answer, and nothing from a call that another one has replaced', async () => {
    const { turn, start } = await agent.begun();
    const activities = service(AgentActivitiesRepository);
    expect(await activities.add(turn.id, start, THOUGHT)).toMatchObject({ number: 1, status: 'pending' });
    const again = await service(AgentTurnsRepository, 1).begin(turn.id, 2);
    expect(again).toBe(start + 1);
    expect(await activities.add(turn.id, start, THOUGHT)).toBeUndefined();
    expect(await service(AgentTurnsRepository).save(turn.id, start, 'sealed')).toBe(false);
    const answers = await Promise.all([1, 2, 3].map(() => activities.add(turn.id, again, RESPONSE)));
    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
  });

  it('take another answer after one that Plane has rejected', async () => {
    const { turn, start } = await agent.begun();
    const activities = service(AgentActivitiesRepository);
    const rejected = await activities.add(turn.id, start, RESPONSE);
    await activities.settle(rejected?.id ?? '', 'failed', 'Plane answered 400');
    expect(await activities.closingOf(turn.id)).toBeUndefined();
    expect(await activities.add(turn.id, start, RESPONSE)).toBeDefined();
  });

  it('have one acknowledgement, and none once they are closed', async () => {
    const { turn } = await agent.begun();
    const activities = service(AgentActivitiesRepository);
    const added = await Promise.all([1, 2, 3].map(() => activities.addAcknowledgement(turn.id, 'On it.', 'pending')));
    expect(added.filter((activity) => activity !== undefined)).toMatchObject([{ number: 0, key: `${turn.id}/0` }]);
    const other = await agent.begun();
    await service(AgentTurnsRepository).close(service(DataSource).manager, other.turn.id, 'completed');
    expect(await activities.addAcknowledgement(other.turn.id, 'On it.', 'pending')).toBeUndefined();
  });

  it('give a taken prompt again to the next call, until the state is saved', async () => {
    const { turn, start, own } = await agent.begun();
    const turns = service(AgentTurnsRepository);
    await agent.store(promptedBody(own, prompt('second')));
    await agent.store(promptedBody(own, prompt('third')));
    expect((await turns.takePrompts(turn, start)).map(({ text }) => text)).toEqual(['second', 'third']);
    expect(await turns.takePrompts(turn, start)).toEqual([]);
    const next = (await turns.begin(turn.id, 2)) ?? 0;
    expect((await turns.takePrompts(turn, next)).map(({ text }) => text)).toEqual(['second', 'third']);
    await turns.save(turn.id, next, 'sealed');
    const last = (await turns.begin(turn.id, 3)) ?? 0;
    expect(await turns.takePrompts(turn, last)).toEqual([]);
    expect((await agent.turnsOf(own)).map(({ outcome }) => outcome)).toEqual([null, 'merged', 'merged']);
  });

  it('keep their state encrypted, bound to the turn', async () => {
    const { turn, start } = await agent.begun();
    const states = service(SavedStatesService);
    const sealed = await states.seal(turn.id, { step: 7, secret: 'hush' });
    await service(AgentTurnsRepository).save(turn.id, start, sealed);
    const [row] = await agent.database.query<{ saved_state: string }>(
      'SELECT saved_state FROM agent_turns WHERE id = $1',
      [turn.id],
    );
    expect(row?.saved_state).not.toContain('hush');
    expect(await states.open({ id: turn.id, savedState: sealed })).toEqual({ step: 7, secret: 'hush' });
    await expect(states.open({ id: randomUUID(), savedState: sealed })).rejects.toThrow('cannot be decrypted');
    await expect(states.seal(turn.id, undefined)).rejects.toThrow('it is undefined');
    await expect(states.seal(turn.id, 'x'.repeat(1_000_001))).rejects.toThrow('it has 1000003 bytes');
  });

  it('end where the app is uninstalled, in that workspace alone', async () => {
    const [gone, stays] = [await agent.begun('w1'), await agent.begun('w2')];
    const installation = { connectionId: 'default', workspaceId: 'w1' } as Installation;
    await service(AgentUninstallParticipant).onUninstall(service(DataSource).manager, installation);
    expect(await agent.turnsOf(gone.own)).toMatchObject([{ outcome: 'failed', reason: 'the app was uninstalled' }]);
    expect(await agent.turnsOf(stays.own)).toMatchObject([{ state: 'running' }]);
  });

  it('are deleted after their retention, unless a turn is open', async () => {
    const [old, open] = [await agent.begun(), await agent.begun()];
    await service(AgentTurnsRepository).close(service(DataSource).manager, old.turn.id, 'completed');
    const ids = [old.own.id, open.own.id];
    await agent.database.query(
      `UPDATE agent_runs SET updated_at = now() - interval '15 days' WHERE run_id = ANY ($1)`,
      [ids],
    );
    expect(await service(AgentRunsRepository).deleteOlderThan(14 * 86_400, 100)).toBe(1);
    expect([await agent.turnsOf(old.own), (await agent.turnsOf(open.own)).length]).toEqual([[], 1]);
  });
});
