import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { fixedId } from '../../simulator/world/fixed-id.js';
import { SAMPLE } from '../../simulator/world/seed.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

const QUESTION = '@your-app how many open items are in this project?';
const WORK_ITEMS = `/api/v1/workspaces/sandbox/projects/${SAMPLE.projectId}/work-items/`;
const ADDED = 101;
const UNTIL_CLEARED_MS = 3_600_000;

interface Activity {
  readonly type: string;
  readonly content: { readonly body?: string; readonly action?: string };
  readonly signalMetadata: { readonly options?: readonly { readonly label: string }[] } | null;
}

interface Run {
  readonly status: string;
  readonly activities: readonly Activity[];
}

describe('the example agent of the built server', () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await HangarWithSimulator.start();
    await together.plane.post('/settings', { rateLimitPerMinute: 100_000 });
    await together.install();
  });

  afterEach(() => together.plane.clearFaults());
  afterAll(() => together.stop());

  const mention = async (more: object = {}): Promise<string> =>
    String((await together.plane.post('/runs', { text: QUESTION, ...more })).id);
  const runOf = async (id: string): Promise<Run> =>
    (await (await fetch(`${together.simulator.url}/_simulator/runs/${id}`)).json()) as Run;
  const textsOf = ({ activities }: Run, type: string): (string | undefined)[] =>
    activities.filter((activity) => activity.type === type).map(({ content }) => content.body);
  const ended = async (id: string, status: string): Promise<Run> =>
    until(`a run that is ${status}`, async () => {
      const run = await runOf(id);
      return run.status === status && run;
    });

  it('counts the open items of the project where it is mentioned', async () => {
    const run = await ended(await mention(), 'completed');
    expect(textsOf(run, 'response')).toEqual(['There are 2 open items in Website.']);
    expect(textsOf(run, 'thought')).toEqual(['Counting the open items.']);
    expect(run.activities.find(({ type }) => type === 'action')?.content).toEqual({
      type: 'action',
      action: 'count',
      parameters: { project: 'Website', open: '0' },
    });
  });

  it('asks for the project where the run has none', async () => {
    const id = await mention({ without: ['project'] });
    const asked = await ended(id, 'awaiting');
    expect(textsOf(asked, 'elicitation')).toEqual(['In which project?']);
    const options = asked.activities.at(-1)?.signalMetadata?.options?.map(({ label }) => label);
    expect(options).toEqual(['Website', 'Operations']);
    await together.plane.post(`/runs/${id}/prompt`, { body: 'Operations' });
    expect(textsOf(await ended(id, 'completed'), 'response')).toEqual(['There are 2 open items in Operations.']);
  });

  it('stops when the user stops it, and counts at the next prompt', async () => {
    await together.plane.post('/faults', { match: WORK_ITEMS, method: 'GET', kind: 'slow', ms: UNTIL_CLEARED_MS });
    const id = await mention();
    await until('the count to begin', async () => (await runOf(id)).activities.some(({ type }) => type === 'action'));
    await together.plane.post(`/runs/${id}/prompt`, { body: 'stop', signal: 'stop' });
    expect(textsOf(await ended(id, 'stopped'), 'response')).toEqual(['Stopped counting.']);
    await together.plane.clearFaults();
    await together.plane.post(`/runs/${id}/prompt`, { body: 'and now?' });
    expect(textsOf(await ended(id, 'completed'), 'response').at(-1)).toBe('There are 2 open items in Website.');
  });

  it('counts over several pages, without those that are done', async () => {
    for (let count = 0; count < ADDED; count++)
      await together.plane.post('/work-items', { project: 'WEB', fields: { name: `item ${count}` } });
    await together.plane.post(`/work-items/${SAMPLE.workItemId}`, { changes: { state: fixedId('state:WEB:done') } });
    expect(textsOf(await ended(await mention(), 'completed'), 'response')).toEqual([
      `There are ${ADDED + 1} open items in Website.`,
    ]);
  });
});
