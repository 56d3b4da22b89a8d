import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { DoNotRetry, type PlaneContext, type PlaneEvent, RetryLater } from 'hangar';
import { MirrorHandler } from '../fixtures/mirror.handler.js';
import { UrgentHandler } from '../fixtures/urgent.handler.js';

describe('the handler of docs/getting-started.md', () => {
  const changed = (priority: string): PlaneEvent<'workitem.updated'> =>
    ({ changes: { priority: { old: 'low', new: priority } }, workItem: { id: 'item' } }) as never;

  it('comments when the priority becomes urgent, and only then', async () => {
    const create = jest.fn();
    const context = {
      plane: { workItems: { comments: { create } } },
      projectIdOf: async () => 'project',
      workspace: { slug: 'sandbox' },
    } as unknown as PlaneContext;
    await new UrgentHandler().ask(changed('high'), context);
    expect(create).not.toHaveBeenCalled();
    await new UrgentHandler().ask(changed('urgent'), context);
    expect(create).toHaveBeenCalledWith('sandbox', 'project', 'item', {
      comment_html: expect.stringContaining('Urgent'),
    });
  });
});

describe('the handler of docs/handlers.md that controls its retries', () => {
  const answered = async (status: number): Promise<unknown> => {
    jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(null, { status }));
    const event = { id: 'event', entityId: 'item', data: {} } as never;
    const context = { signal: AbortSignal.abort() } as PlaneContext;
    return new MirrorHandler().copy(event, context).catch((error: unknown) => error);
  };
  afterEach(() => void jest.restoreAllMocks());

  it.each([
    ['succeeds', 204, undefined],
    ['is retried later without an attempt', 503, expect.any(RetryLater)],
    ['is dead-lettered at once', 422, expect.any(DoNotRetry)],
    ['is retried', 500, expect.any(Error)],
  ])('%s', async (_, status, result) => {
    expect(await answered(status)).toEqual(result);
  });
});
