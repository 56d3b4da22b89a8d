import { Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OnCommand, type PlaneCommand } from 'hangar';
import { EscalateHandler } from '../fixtures/escalate.handler.js';
import { HandlerScene } from '../support/handler-scene.js';

const got: PlaneCommand<'<delay:duration> <text...>'>[] = [];

@Injectable()
class RemindHandler {
  @OnCommand('/remind', { args: '<delay:duration> <text...>', description: 'Reminds you.' })
  remind(command: PlaneCommand<'<delay:duration> <text...>'>): void {
    got.push(command);
  }
}

@Module({ providers: [RemindHandler, EscalateHandler] })
class HandlersModule {}

describe('a command', () => {
  let scene: HandlerScene;

  beforeAll(async () => {
    scene = await HandlerScene.start(HandlersModule);
  });

  afterAll(async () => scene.stop());

  beforeEach(() => {
    got.length = 0;
  });

  const write = async (text: string, options?: { actorId?: string }, handler = 'RemindHandler.remind') =>
    scene.outcome(await scene.comment(text, options), handler);

  it('gets its arguments, typed, with the work item and the person', async () => {
    expect(await write(' /Remind 1h30m check the logs')).toMatchObject({ state: 'handled' });
    expect(got).toMatchObject([
      {
        name: '/remind',
        args: { delay: 5400, text: 'check the logs' },
        text: '1h30m check the logs',
        workItem: { id: '775c5716-5302-4617-bb9f-2cd843911268' },
        actor: { id: '754009ab-3fb5-424e-909a-b46e9c9d0c4f' },
      },
    ]);
  });

  it.each(['remind 2h me', 'please /remind 2h me', '/reminder 2h me', ''])('is not the comment %j', async (text) => {
    expect(await write(text)).toMatchObject({ state: 'skipped' });
    expect(got).toEqual([]);
  });

  it('answers --help with its usage', async () => {
    const { attempts } = await write('/remind --help');
    expect(attempts).toMatchObject([
      { outcome: 'handled', reason: expect.stringMatching(/^skipped by the handler: asked for its usage/) },
    ]);
    expect(await scene.commentsWith('Reminds you.')).toBe(1);
    expect(await scene.commentsWith('Usage: /remind <delay:duration> <text...>')).toBe(1);
    expect(got).toEqual([]);
  });

  it('answers wrong arguments with what is wrong, as the user wrote it, and its usage', async () => {
    const { attempts } = await write('/remind *soon* me');
    expect(attempts[0]?.reason).toContain('wrong arguments: "delay" takes a duration');
    expect(await scene.commentsWith('3d or 1w, not "*soon*".')).toBe(1);
    expect(got).toEqual([]);
  });

  it('ignores edits of comments and the comments of the app itself', async () => {
    const own = await write('/remind 2h me', { actorId: scene.installation.botUserId });
    expect(own).toMatchObject({
      state: 'skipped',
      attempts: [{ reason: expect.stringMatching(/^skipped: caused by this app/) }],
    });
    const edited = await scene.comment('/remind 2h me', { name: 'workitem.comment.updated' });
    await write('/remind 3h me');
    expect(await scene.database.query('SELECT FROM delivery_outcomes WHERE delivery_id = $1', [edited])).toEqual([]);
    expect(got.map(({ args }) => args.delay)).toEqual([10_800]);
  });

  it('acts and replies, as the example of the documentation does', async () => {
    await write('/escalate high the customer waits', {}, 'EscalateHandler.escalate');
    expect(await scene.commentsWith('Priority high: the customer waits')).toBe(1);
  });
});
