import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  DoNotRetry,
  type LifecycleContext,
  type LifecycleEvent,
  OnLifecycleEvent,
  OnPlaneEvent,
  type PlaneContext,
  type PlaneEvent,
  RetryLater,
} from 'hangar';

/** What the tests of the kit change and read. */
export const watched = {
  active: 0,
  most: 0,
  coalesced: [] as string[][],
  ordered: [] as unknown[],
  signals: [] as AbortSignal[],
};

type Commented = PlaneEvent<'workitem.comment.created'>;

/** Handlers for each thing that a queue can do with a run. */
@Injectable()
export class KitHandlers {
  @OnPlaneEvent('workitem.comment.created', { retryLimit: 2, retryDelaySeconds: 10 })
  async reply(event: Commented, context: PlaneContext): Promise<void> {
    const [command = ''] = event.comment.text.split(' ');
    const action = ACTIONS[command];
    if (!action) return;
    if ((await action(context)) === REPLIED) return;
    const projectId = await context.projectIdOf(event.workItem);
    await context.plane.workItems.comments.create(context.workspace.slug, projectId, event.workItem.id, {
      comment_html: `<p>${command.slice(1)} by attempt ${context.delivery.attempt}</p>`,
    });
  }

  @OnPlaneEvent('workitem.updated', { order: 'entity', retryLimit: 1, retryDelaySeconds: 5, backoff: false })
  async ordered({ changes }: PlaneEvent<'workitem.updated'>): Promise<void> {
    watched.active += 1;
    watched.most = Math.max(watched.most, watched.active);
    await wait(1);
    watched.active -= 1;
    watched.ordered.push(changes['priority']?.new);
    if (changes['priority']?.new === 'low') throw new Error('not low');
  }

  @OnPlaneEvent('workitem.updated', { coalesce: { withinSeconds: 60 } })
  merged({ changes }: PlaneEvent<'workitem.updated'>): void {
    watched.coalesced.push(Object.keys(changes).toSorted());
  }

  @OnLifecycleEvent('installation.added')
  welcome(_event: LifecycleEvent<'installation.added'>, _context: LifecycleContext): void {
    // Its runs are looked at.
  }
}

const fail = (error: Error) => () => {
  throw error;
};

/** What an action returns that has commented itself. */
const REPLIED = 'replied';

/** By the first word of a comment. */
const ACTIONS: Readonly<Record<string, (context: PlaneContext) => unknown>> = {
  '/ping': () => undefined,
  '/hang': async ({ signal }) => {
    watched.signals.push(signal);
    await new Promise(() => undefined);
  },
  '/fail': fail(new Error('it fails')),
  '/twice': ({ delivery: { attempt } }) => {
    if (attempt < 3) throw new Error(`attempt ${attempt}`);
  },
  '/never': fail(new DoNotRetry('it cannot be handled')),
  '/later': (() => {
    let asked = false;
    return () => {
      const first = !asked;
      asked = !asked;
      if (first) throw new RetryLater(3600, 'in an hour');
    };
  })(),
  '/many': (() => {
    let calls = 60;
    return async ({ plane, workspace }: PlaneContext) => {
      for (; calls > 0; calls -= 1) await plane.projects.list(workspace.slug);
      calls = 60;
    };
  })(),
  '/count': async ({ once, store, reply }) => {
    const seen = ((await store.get<number>('seen')) ?? 0) + 1;
    await store.set('seen', seen);
    const first = await once('first', () => seen);
    await reply({ markdown: `seen **${seen}**, first ${first}` });
    return REPLIED;
  },
  '/project': ({ plane, workspace }) => plane.projects.retrieve(workspace.slug, 'none'),
};
