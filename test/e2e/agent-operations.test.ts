import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentScene, type SimulatedRun } from '../support/agent-scene.js';
import { type ApiAnswer, ApiClient } from '../support/api-client.js';
import { items } from '../support/api-scene.js';
import { hangarCommand } from '../support/cli.js';
import { ConsoleVisitor, inlineParts, SAFE_HEADERS } from '../support/console-visitor.js';
import { until } from '../support/until.js';

const AGENT = 'Helper.answer';
const STOPPED = 'I have stopped.';
const FAILED_TURNS = 'hangar_agent_turns_total{outcome="failed"}';
const UNACKNOWLEDGED = 'hangar_agent_oldest_unacknowledged_seconds';
const OPERATIONS = ['listAgentRuns', 'getAgentRun', 'stopAgentRun', 'retryAgentRun'];

interface Shown {
  readonly state: string;
  readonly turns: readonly {
    readonly outcome?: string;
    readonly prompt?: string;
    readonly attempts: readonly { readonly attempt: number; readonly outcome: string }[];
    readonly activities: readonly { readonly type: string; readonly status: string; readonly text?: string }[];
  }[];
}

describe('operators of an agent', () => {
  let scene: AgentScene;
  let api: ApiClient;
  let admin: ConsoleVisitor;
  let viewer: ConsoleVisitor;

  beforeAll(async () => {
    scene = await AgentScene.start();
    api = await ApiClient.of(scene.together.hangar);
    admin = await ConsoleVisitor.signIn(scene.together);
    viewer = await ConsoleVisitor.signIn(scene.together, 'viewer');
  });

  afterAll(() => scene.stop());

  const hangar = async (...args: string[]): Promise<Record<string, unknown>> =>
    JSON.parse((await hangarCommand([...args, '--json'], scene.together.environment)).stdout) as Record<
      string,
      unknown
    >;
  const get = (path: string): Promise<ApiAnswer> => api.call('GET', path);
  const idOf = async ({ id }: SimulatedRun): Promise<string> =>
    until('the run to be listed', async () => items(await get(`agent-runs?search=${id}`))[0]?.['id'] as string);
  const shown = async (id: string): Promise<Shown> => (await get(`agent-runs/${id}`)).json as unknown as Shown;
  const reach = (id: string, state: string): Promise<Shown> =>
    until(`the state ${state}`, async () => {
      const run = await shown(id);
      return run.state === state && run;
    });
  const ask = async (text: string): Promise<{ run: SimulatedRun; id: string; prompt: string }> => {
    const run = await scene.mention(text);
    const prompt = await scene.prompted(run, text);
    return { run, id: await idOf(run), prompt };
  };
  /** A run whose method waits to be stopped. */
  const working = async (name: string): Promise<{ run: SimulatedRun; id: string }> => {
    const asked = await ask(`held ${name}`);
    await reach(asked.id, 'running');
    await until('the acknowledgement to be written down', async () =>
      (await shown(asked.id)).turns[0]?.activities.some(({ status }) => status === 'sent'),
    );
    return asked;
  };
  const audited = async (action: string): Promise<Record<string, unknown> | undefined> =>
    items(await get(`audit?action=${action}&limit=1`))[0];

  it('read in the console what an agent is, while there is no run', async () => {
    const markup = await viewer.page('/console/agents');
    expect(markup).toMatch(/<title>Agents · Hangar<\/title>/);
    expect(markup).toContain('An agent is an app that people mention');
    expect(inlineParts(markup)).toEqual([]);
    expect(await viewer.page('/console/agents?state=runing')).toContain(
      '<strong>Unknown state:</strong> runing. Did you mean <a href="/console/agents?state=running">running</a>?',
    );
    expect((await viewer.get('/console/agents/nothing')).status).toBe(404);
  });

  it('list its runs by the API, newest first, a page at a time, by state, workspace, agent and id', async () => {
    const first = await ask('echo one');
    const second = await ask('echo two');
    await reach(first.id, 'completed');
    await reach(second.id, 'completed');
    const page = await get('agent-runs?limit=1&state=completed&workspace=sandbox');
    expect(items(page)).toMatchObject([
      { id: second.id, runId: second.run.id, workspace: 'sandbox', handler: AGENT, turnCount: 1, stopping: false },
    ]);
    const next = await get(`agent-runs?limit=1&cursor=${String(page.json['next'])}&handler=${AGENT}`);
    expect(items(next)).toMatchObject([{ id: first.id }]);
    expect(items(await get('agent-runs?state=parked'))).toEqual([]);
    expect(items(await get('agent-runs?handler=Other.answer'))).toEqual([]);
    expect(await get('agent-runs?workspace=sandbix')).toMatchObject({
      status: 400,
      json: { errors: [{ parameter: 'workspace', problem: 'is unknown; similar: sandbox' }] },
    });
    expect(await get('agent-runs?cursor=nonsense')).toMatchObject({ status: 400 });
  });

  it('read one with its prompt, attempts and activities, which is audited', async () => {
    const { id } = await working('shown');
    scene.release('shown');
    await reach(id, 'completed');
    const { turns } = await until('the attempt to be recorded', async () => {
      const run = await shown(id);
      return run.turns.every(({ attempts }) => attempts.length > 0) && run;
    });
    expect(turns).toMatchObject([
      {
        outcome: 'completed',
        prompt: 'held shown',
        attempts: [{ attempt: 1, outcome: 'handled' }],
        activities: [
          { number: 0, type: 'thought', status: 'sent', text: 'On it.', closes: false },
          { number: 1, type: 'response', status: 'sent', text: 'held shown', closes: true },
        ],
      },
    ]);
    expect(JSON.stringify(turns)).not.toMatch(/savedState|saved_state/);
    expect(await audited('agent_run.read')).toMatchObject({ target: `agent_run/${id}`, outcome: 'done' });
    expect(await get('agent-runs/nothing')).toMatchObject({
      status: 404,
      json: { type: 'urn:hangar:agent_run_unknown' },
    });
  });

  it('stop one by the API, as its user can: the agent has the last word, and the next prompt starts anew', async () => {
    const { run, id } = await working('api');
    expect((await api.call('POST', `agent-runs/${id}/stop`)).json).toEqual({ turns: 1 });
    expect(await scene.responses(run.id)).toEqual([STOPPED]);
    await reach(id, 'stopped');
    expect(await audited('agent_run.stop')).toMatchObject({ target: `agent_run/${id}`, details: { turns: 1 } });
    expect(await api.call('POST', `agent-runs/${id}/stop`)).toMatchObject({
      status: 409,
      json: { type: 'urn:hangar:agent_run_ended' },
    });
    await scene.prompted(run, 'echo again');
    expect(await scene.responses(run.id, 2)).toEqual([STOPPED, 'echo again']);
  });

  it('run the agent again on a turn that failed, with one acknowledgement', async () => {
    const { run, id, prompt } = await ask('fail');
    await reach(id, 'failed');
    expect((await api.call('POST', `agent-runs/${id}/retry`)).status).toBe(204);
    await until('the second error', async () => (await scene.texts(run.id, 'error')).length === 2);
    await reach(id, 'failed');
    // An answer that comes at once waits two seconds for the acknowledgement, and no longer.
    expect(await scene.acknowledgements(run.id)).toBeLessThanOrEqual(1);
    expect(scene.callsFor(prompt)).toHaveLength(2);
    expect(await audited('agent_run.retry')).toMatchObject({ target: `agent_run/${id}`, outcome: 'done' });
    const { id: answered } = await ask('echo fine');
    await reach(answered, 'completed');
    expect(await api.call('POST', `agent-runs/${answered}/retry`)).toMatchObject({
      status: 409,
      json: { type: 'urn:hangar:agent_turn_not_failed' },
    });
  });

  it('list, show and stop them on the command line', async () => {
    const { run, id } = await working('cli');
    expect(await hangar('agents', 'list', '--state', 'running', '--workspace', 'sandbox')).toMatchObject({
      runs: [{ id, state: 'running', handler: AGENT }],
    });
    expect(await hangar('agents', 'show', id)).toMatchObject({
      run: { id, runId: run.id, turns: [{ prompt: { text: 'held cli' }, state: 'running' }] },
    });
    const text = (await hangarCommand(['agents', 'show', id], scene.together.environment)).stdout;
    expect(text).toMatch(/^ {2}prompt {2}held cli$/m);
    expect(text).toMatch(/^ {2}thought {2}\S+ {2}sent: On it\.$/m);
    expect(await hangar('agents', 'stop', id)).toEqual({ id, turns: 1 });
    expect(await scene.responses(run.id)).toEqual([STOPPED]);
    await reach(id, 'stopped');
    const wrong = await hangarCommand(['agents', 'list', '--workspace', 'sandbix'], scene.together.environment);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean sandbox?') });
  });

  it('see them in the console, and stop one there with the form of the page', async () => {
    const { run, id } = await working('console');
    const path = `/console/agents/${id}`;
    const list = await admin.page('/console/agents?state=running');
    expect(list).toContain(`<a href="${path}"><code>${run.id}</code></a>`);
    expect(list).toContain('data-live="/console/agents/live?state=running"');
    const page = await viewer.page(path);
    expect(inlineParts(page)).toEqual([]);
    expect(Object.fromEntries((await viewer.get(path)).headers)).toMatchObject(SAFE_HEADERS);
    expect(page).toContain('Stopping needs the role <strong>operator</strong>');
    expect(page).not.toContain('held console');
    expect((await viewer.get(`${path}/conversation`)).status).toBe(403);
    expect(await admin.page(`${path}/conversation`)).toContain('held console');
    expect((await admin.post(`${path}/stop`, {})).status).toBe(403);
    expect(await admin.submit(path, `${path}/stop`)).toContain('1 turn is being stopped.');
    expect(await scene.responses(run.id)).toEqual([STOPPED]);
    await reach(id, 'stopped');
    expect(await admin.page(path)).not.toContain('Stop the run');
  });

  it('run a turn that failed again in the console', async () => {
    const { run, id } = await ask('fail');
    await reach(id, 'failed');
    const path = `/console/agents/${id}`;
    expect(await admin.submit(path, `${path}/retry`)).toContain('The last turn runs again');
    await until('the second error', async () => (await scene.texts(run.id, 'error')).length === 2);
  });

  it('show a live page the changes of a run', async () => {
    const { id } = await working('live');
    const stream = await admin.get(`/console/agents/${id}/live`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    const reads = async (part: string): Promise<void> => {
      while (!seen.includes(part)) {
        const { value, done } = (await reader?.read()) ?? { value: '', done: true };
        if (done) throw new Error(`the stream ended: ${seen}`);
        seen += value;
      }
    };
    await reads('running');
    scene.release('live');
    await reads('completed');
    await reader?.cancel();
    expect(seen).toContain('event: parts');
  });

  it('measure acknowledgements, turns by outcome, open runs, and those without an activity', async () => {
    const port = /metrics on port (\d+)/.exec(scene.together.hangar.log)?.[1];
    // A value that could not be read in time is NaN.
    const scrape = async (): Promise<string> =>
      until('a scrape with all values of agents', async () => {
        const text = await (await fetch(`http://localhost:${port}/metrics`)).text();
        return !/^hangar_agent\S* NaN$/m.test(text) && text;
      });
    const value = (text: string, series: string): number =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${series} `))
          ?.split(' ')[1],
      );
    const { id } = await working('metrics');
    const text = await until('the last turn and acknowledgement to be counted', async () => {
      const scraped = await scrape();
      const [failed, acknowledged] = [value(scraped, FAILED_TURNS), value(scraped, UNACKNOWLEDGED)];
      return failed === 4 && acknowledged === 0 && scraped;
    });
    expect(value(text, 'hangar_agent_ack_seconds_count')).toBeGreaterThanOrEqual(8);
    expect(value(text, 'hangar_agent_turns_total{outcome="completed"}')).toBeGreaterThanOrEqual(4);
    expect(value(text, 'hangar_agent_turns_total{outcome="stopped"}')).toBe(3);
    expect(value(text, 'hangar_agent_runs{state="running"}')).toBe(1);
    expect(value(text, 'hangar_agent_runs{state="parked"}')).toBe(0);
    await scene.together.database.query(
      `UPDATE agent_runs SET last_activity_at = now() - interval '10 minutes' WHERE id = $1`,
      [id],
    );
    await scene.together.database.query(
      `UPDATE agent_turns SET received_at = now() - interval '10 minutes' WHERE run_id = $1`,
      [id],
    );
    expect(value(await scrape(), 'hangar_agent_oldest_silent_seconds')).toBeGreaterThanOrEqual(600);
    scene.release('metrics');
    await reach(id, 'completed');
    expect(value(await scrape(), 'hangar_agent_oldest_silent_seconds')).toBe(0);
  });

  it('get only documented responses, for every route of runs', () => {
    expect({ missing: OPERATIONS.filter((id) => !api.done.has(id)), faults: api.faults }).toEqual({
      missing: [],
      faults: [],
    });
  });
});
