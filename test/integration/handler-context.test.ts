import { randomUUID } from 'node:crypto';
import { Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OnPlaneEvent, type PlaneContext, type PlaneEvent } from 'hangar';
import { InstallAppService } from '../../src/installations/install-app.service.js';
import { DeliveryReplayService } from '../../src/webhooks/deliveries/delivery-replay.service.js';
import { type DeliveryOutcome } from '../../src/webhooks/deliveries/outcome.js';
import { OutcomesService } from '../../src/webhooks/deliveries/outcomes.service.js';
import { OnceRecordsRepository } from '../../src/webhooks/handler-store/once-records.repository.js';
import { HandlerScene } from '../support/handler-scene.js';
import { until } from '../support/until.js';

type Comment = PlaneEvent<'workitem.comment.created'>;
type Script = (context: PlaneContext, event: Comment) => unknown;

const scripts = new Map<string, Script>();
const AT_ONCE = { retryLimit: 3, retryDelaySeconds: 0, backoff: false } as const;

@Injectable()
class Scripted {
  @OnPlaneEvent('workitem.comment.created', { ...AT_ONCE, when: (event) => scripts.has(event.comment.text) })
  async run(event: Comment, context: PlaneContext): Promise<void> {
    await scripts.get(event.comment.text)?.(context, event);
  }
}

@Injectable()
class Neighbour {
  @OnPlaneEvent('workitem.comment.created', AT_ONCE)
  async run(event: Comment, context: PlaneContext): Promise<void> {
    await scripts.get(`neighbour: ${event.comment.text}`)?.(context, event);
  }
}

@Injectable()
class Doubtful {
  @OnPlaneEvent('workitem.comment.created', {
    retryLimit: 0,
    when: ({ comment }) => {
      if (comment.text === 'doubtful') throw new Error('no idea');
      return false;
    },
  })
  run(): void {
    throw new Error('it was not asked for');
  }
}

@Module({ providers: [Scripted, Neighbour, Doubtful] })
class HandlersModule {}

describe('what a handler gets beside the event', () => {
  let scene: HandlerScene;

  beforeAll(async () => {
    scene = await HandlerScene.start(HandlersModule);
  });

  afterAll(async () => scene.stop());

  const comment = async (text: string): Promise<string> => scene.comment(text);
  const outcome = async (delivery: string, runs = 1, handler = 'Scripted.run'): Promise<DeliveryOutcome> =>
    scene.outcome(delivery, handler, runs);

  /** Runs the script on a comment until it is handled. */
  async function play(text: string, script: Script, runs = 1): Promise<DeliveryOutcome> {
    scripts.set(text, script);
    return outcome(await comment(text), runs);
  }

  describe('the condition of the decorator', () => {
    it('skips the other events, and fails the run where it throws', async () => {
      const skipped = await outcome(await comment('nobody asked'));
      expect(skipped).toMatchObject({
        state: 'skipped',
        attempts: [{ reason: expect.stringMatching(/^skipped: its "when" is false/) }],
      });
      const failed = await outcome(await comment('doubtful'), 1, 'Doubtful.run');
      expect(failed).toMatchObject({ state: 'dead_lettered', lastError: 'the handler\'s "when" threw: no idea' });
    });
  });

  describe('context.once', () => {
    it('does the work in the first run, and gives its result to the others', async () => {
      const results: unknown[] = [];
      let works = 0;
      await play(
        'once',
        async ({ once }) => {
          results.push(await once('welcome', () => ({ works: (works += 1), at: new Date(0) })));
          if (results.length < 2) throw new Error('after the work');
        },
        2,
      );
      await play('once more', async ({ once }) => results.push(await once('welcome', () => 'never')));
      const first = { works: 1, at: '1970-01-01T00:00:00.000Z' };
      expect(results).toEqual([first, first, first]);
    });

    it('does work again that threw', async () => {
      let works = 0;
      await play(
        'throws',
        ({ once }) =>
          once('throws', () => {
            works += 1;
            if (works < 3) throw new Error('not yet');
          }),
        3,
      );
      expect(works).toBe(3);
    });

    it('does the work again that a crash of the process ended, at once for the same event', async () => {
      const claim = { owner: 'a job that is gone', leaseSeconds: -1 };
      const scope = { installationId: scene.installation.id, handlerClass: 'Scripted' };
      expect(await scene.context.get(OnceRecordsRepository).claim(scope, 'crashed', claim)).toBe(true);
      let works = 0;
      await play('crashed', ({ once }) => once('crashed', () => (works += 1)));
      expect(works).toBe(1);
      const same = { owner: 'the same job', leaseSeconds: 3600 };
      const claims = [1, 2].map(() => scene.context.get(OnceRecordsRepository).claim(scope, 'retried', same));
      expect(await Promise.all(claims)).toEqual([true, true]);
    });

    it('delays an event while a run on another one does the work', async () => {
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      const { promise: started, resolve: start } = Promise.withResolvers<void>();
      let works = 0;
      const work = async (): Promise<number> => {
        start();
        await released;
        return (works += 1);
      };
      scripts.set('shared', ({ once }) => once('shared', work));
      const first = await comment('shared');
      await started;
      const second = await comment('shared');
      const delayed = await until('the delay', async () => {
        const outcomes = await scene.context.get(OutcomesService).of(second);
        return outcomes.find(({ state }) => state === 'delayed');
      });
      expect(delayed.attempts[0]?.reason).toContain('another run does the work with the key "shared"');
      release();
      await outcome(first);
      await scene.database.query(`UPDATE pgboss.job SET start_after = now() WHERE state < 'active'`);
      expect(await outcome(second, 2)).toMatchObject({ state: 'handled' });
      expect(works).toBe(1);
    });

    it('is by installation, class and key; calls of one run with the same key share the work', async () => {
      let works = 0;
      const work = async (): Promise<number> => (works += 1);
      scripts.set('neighbour: by class', ({ once }) => once('by class', work));
      const results: unknown[] = [];
      const delivery = await (async () => {
        scripts.set('by class', async ({ once }) =>
          results.push(...(await Promise.all([once('by class', work), once('by class', work), once('other', work)]))),
        );
        return comment('by class');
      })();
      await outcome(delivery);
      await outcome(delivery, 1, 'Neighbour.run');
      expect(works).toBe(3);
      expect(results[0]).toBe(results[1]);
    });

    it('has no result where that is not JSON, and refuses a key that cannot be one', async () => {
      const results: unknown[] = [];
      await play('no result', async ({ once }) => {
        results.push(await once('function', () => () => 1));
        results.push(await once('large', () => 'x'.repeat(70_000)));
        results.push(await Promise.resolve(once('', () => 1)).catch((error: unknown) => String(error)));
      });
      expect(results).toEqual([undefined, undefined, expect.stringContaining('a key must be a text of 1 to 200')]);
    });
  });

  describe('context.store', () => {
    it('keeps JSON values by class and installation', async () => {
      const read: unknown[] = [];
      scripts.set('neighbour: store', async ({ store }) => read.push(await store.get('count')));
      scripts.set('store', async ({ store }) => {
        read.push(await store.get('count'));
        await store.set('count', { n: 1, text: 'a\0b' });
        await store.set('count', { n: 2, text: 'a\0b' });
        read.push(await store.get('count'));
        await store.delete('count');
        read.push(await store.get('count'));
      });
      const delivery = await comment('store');
      await outcome(delivery);
      await outcome(delivery, 1, 'Neighbour.run');
      expect(read.filter((value) => value !== undefined)).toEqual([{ n: 2, text: 'a\0b' }]);
      expect(read).toHaveLength(4);
    });

    it.each([
      ['no JSON', undefined],
      ['longer than 64 KiB', 'x'.repeat(70_000)],
    ])('refuses a value that is %s', async (name, value) => {
      let message = '';
      await play(`refused ${name}`, async ({ store }) => {
        message = await store.set('key', value).then(String, (error: unknown) => String(error));
      });
      expect(message).toContain('a value must be JSON of at most 65536 bytes');
    });
  });

  describe('context.skip', () => {
    it('ends the run as handled, with the reason', async () => {
      let after = false;
      const skipped = await play('skip', (each) => {
        if (!after) each.skip('not urgent');
        after = true;
      });
      expect(after).toBe(false);
      expect(skipped).toMatchObject({
        state: 'handled',
        attempts: [{ outcome: 'handled', reason: expect.stringMatching(/^skipped by the handler: not urgent/) }],
      });
    });

    it('does so too where the method wraps what it throws', async () => {
      const skipped = await play('wrapped skip', (each) => {
        try {
          each.skip('not urgent');
        } catch (cause) {
          throw new Error('wrapped', { cause });
        }
      });
      expect(skipped.state).toBe('handled');
    });
  });

  describe('context.reply', () => {
    it('comments on the work item of the event, once for all retries and replays of it', async () => {
      let runs = 0;
      scripts.set('reply', async ({ reply }) => {
        runs += 1;
        await reply(`<p>first answer, of run ${runs}</p>`);
        await reply({ markdown: `second **answer** <of> run ${runs}` });
        if (runs === 1) throw new Error('after the answers');
      });
      const delivery = await comment('reply');
      await outcome(delivery, 2);
      await scene.context.get(DeliveryReplayService).replay({ id: delivery });
      await outcome(delivery, 3);
      expect([await scene.commentsWith('first answer'), await scene.commentsWith('second answer <of> run 1')]).toEqual([
        1, 1,
      ]);
    });

    it('comments on another work item with `on`', async () => {
      const id = '0e1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d';
      const failed = await play(
        'reply elsewhere',
        async ({ reply }) => {
          await reply('<p>elsewhere</p>', { on: { id, projectId: randomUUID() } }).catch((error: unknown) => {
            throw new Error(`asked for ${id}`, { cause: error });
          });
        },
        4,
      );
      expect(failed.lastError).toBe(`asked for ${id}`);
    });

    it('may contain a mention', async () => {
      const user = randomUUID();
      await play('reply with mention', async ({ reply, mention }) => reply({ markdown: `${mention(user)}, look` }));
      const { comments } = (await scene.plane.state()) as unknown as { comments: { html: string }[] };
      expect(comments.at(-1)?.html).toContain(`entity_identifier="${user}"></mention-component>, look`);
    });
  });

  it('is deleted when the app is uninstalled', async () => {
    await play('kept', async ({ store, once }) => {
      await store.set('kept', 1);
      await once('kept', () => 1);
    });
    const rows = `SELECT (SELECT count(*)::int FROM handler_values) + (SELECT count(*)::int FROM handler_once) AS rows`;
    expect((await scene.database.query<{ rows: number }>(rows))[0]?.rows).toBeGreaterThan(1);
    await scene.context.get(InstallAppService).uninstall(scene.installation);
    expect(await scene.database.query(rows)).toEqual([{ rows: 0 }]);
  });
});
