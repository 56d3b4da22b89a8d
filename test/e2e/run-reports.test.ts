import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recorded } from '../fixtures/recorded.js';
import { ApiClient } from '../support/api-client.js';
import { items } from '../support/api-scene.js';
import { hangarCommand } from '../support/cli.js';
import { ConsoleVisitor } from '../support/console-visitor.js';
import { dataFolder } from '../support/data-folder.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

const FRAME = /^priceOf \(test\/support\/trap-server\.mjs:\d+:\d+\)$/;
const CALLS = ['plane.workItems.retrieve', 'reply'];

interface Outcome {
  readonly handler: string;
  readonly state: string;
  readonly attempts: readonly Record<string, unknown>[];
}

describe('a run that falls into a trap', () => {
  let together: HangarWithSimulator;
  let api: ApiClient;
  let visitor: ConsoleVisitor;

  beforeAll(async () => {
    together = await HangarWithSimulator.start({
      program: resolve('test/support/trap-server.mjs'),
      environment: { RECORD_FILE: `${dataFolder()}/runs` },
    });
    await together.install();
    api = await ApiClient.of(together.hangar);
    visitor = await ConsoleVisitor.signIn(together);
  });

  afterAll(() => together.stop());

  const command = async (...args: string[]) => (await hangarCommand(args, together.environment)).stdout;
  const send = async (body: string): Promise<string> => (await together.deliver(body)).body.id;

  async function outcomes(id: string, runs: number): Promise<Outcome[]> {
    return until('the runs', async () => {
      const { json } = await api.call('GET', `deliveries/${id}`);
      const found = json['outcomes'] as Outcome[];
      return found.length === runs && found;
    });
  }

  const commented = async (): Promise<{ id: string; found: Outcome[] }> => {
    const id = await send(pingWebhook('v2'));
    return { id, found: await outcomes(id, 2) };
  };

  it('shows the own lines of its failure, and nothing of the message in them', async () => {
    const { id, found } = await commented();
    const [attempt] = found.find(({ handler }) => handler === 'Fails.run')?.attempts ?? [];
    expect(attempt).toMatchObject({ outcome: 'dead_lettered', reason: 'of /ping' });
    const frames = attempt?.['frames'] as string[];
    expect(frames).toEqual([expect.stringMatching(FRAME), expect.stringMatching(/^Fails\.run \(test\/support\//)]);
    const [frame = ''] = frames;
    expect(await command('deliveries', 'show', id)).toContain(`dead_lettered: of /ping\n    at ${frame}\n`);
    expect(await visitor.page(`/console/deliveries/${id}`)).toContain(`<code>${frame}</code>`);
    const letters = items(await api.call('GET', 'dead-letters?handler=Fails.run'));
    expect(letters.find(({ deliveryId }) => deliveryId === id)).toMatchObject({ error: 'of /ping', frames });
    expect(await command('dead-letters', 'list')).toContain(frame);
    expect(await visitor.page('/console/dead-letters')).toContain(`<code>${frame}</code>`);
    expect(JSON.stringify(await together.database.query('SELECT * FROM delivery_outcomes'))).not.toContain(
      'of-the-app',
    );
  });

  it('names the calls that it did not wait for, also when they fail later', async () => {
    const { id, found } = await commented();
    const left = found.find(({ handler }) => handler === 'Leaves.run');
    expect(left).toMatchObject({ state: 'handled', attempts: [{ outcome: 'handled', unawaited: CALLS }] });
    const text = 'Not awaited: context.plane.workItems.retrieve, context.reply.';
    expect(await command('deliveries', 'show', id)).toContain(text);
    expect(await visitor.page(`/console/deliveries/${id}`)).toContain(text);
    const logged = (msg: string) => (line: string) =>
      line.includes(msg) &&
      line.includes(id) &&
      line.includes('Leaves.run') &&
      line.includes('context.plane.workItems');
    const lines = (): string[] => together.hangar.log.split('\n');
    await until('the log line', () => lines().some(logged('it was not awaited')));
    await until('its failure', () => lines().some(logged('a call that was not awaited failed')));
    expect((await fetch(`${together.url}/health/live`)).status).toBe(200);
  });

  it('says that it blocked the event loop past its time-out', async () => {
    const outcome = async (name: string): Promise<Outcome | undefined> => {
      const ids = { event_id: randomUUID(), delivery_id: randomUUID(), event: name };
      return (await outcomes(await send(JSON.stringify({ ...recorded('v2-workitem-updated'), ...ids })), 1))[0];
    };
    expect(await outcome('workitem.created')).toMatchObject({
      state: 'handled',
      attempts: [
        { reason: expect.stringMatching(/^handled: it blocked the event loop for \d+\.\d s, and so was not ended/) },
      ],
    });
    expect(await outcome('workitem.deleted')).toMatchObject({
      state: 'dead_lettered',
      attempts: [
        { reason: expect.stringMatching(/did not end within 1 s.*: it blocked the event loop for \d+\.\d s/) },
      ],
    });
    await until('the log line', () => together.hangar.log.includes('blocked the event loop'));
  });
});
