import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MERGE_MS, type Progress, ProgressMerger } from './progress.js';
import { progressActivity } from './progress-activity.js';

const thought = (text: string): Progress => ({ thoughts: [text] });
const action = (name: string, parameters: Record<string, string> = {}): Progress => ({
  thoughts: [],
  action: { name, parameters },
});

describe('the progress of an agent', () => {
  let posted: Progress[];
  let retryMs: number | undefined;
  let merger: ProgressMerger;
  const post = async (progress: Progress): Promise<number | undefined> => {
    posted.push(progress);
    return retryMs;
  };
  const after = async (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

  beforeEach(() => {
    jest.useFakeTimers();
    [posted, retryMs] = [[], undefined];
    merger = new ProgressMerger(post, MERGE_MS, () => Date.now());
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('is posted at once, then as one activity every few seconds', async () => {
    merger.add(thought('one'));
    await after(0);
    expect(posted).toEqual([thought('one')]);
    merger.add(thought('two'));
    merger.add(action('search', { step: '1' }));
    merger.add(action('search', { step: '2' }));
    merger.add(thought('three'));
    await after(MERGE_MS - 1);
    expect(posted).toHaveLength(1);
    await after(1);
    expect(posted[1]).toEqual({ thoughts: ['two', 'three'], action: { name: 'search', parameters: { step: '2' } } });
  });

  it('is part of the next activity where it could not be posted', async () => {
    retryMs = 10_000;
    merger.add(thought('one'));
    await after(0);
    retryMs = undefined;
    merger.add(thought('two'));
    await after(9999);
    expect(posted).toHaveLength(1);
    await after(1);
    expect(posted[1]).toEqual({ thoughts: ['one', 'two'] });
  });

  it('ends with the answer, which waits for what is being posted', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    merger = new ProgressMerger(
      async () => promise,
      MERGE_MS,
      () => Date.now(),
    );
    merger.add(thought('one'));
    await after(0);
    let closed = false;
    const closing = merger.close().then(() => (closed = true));
    await after(1);
    expect(closed).toBe(false);
    resolve(undefined);
    await closing;
    merger.add(thought('two'));
    await after(2 * MERGE_MS);
    expect(posted).toEqual([]);
  });

  it('continues where posting fails', async () => {
    let calls = 0;
    merger = new ProgressMerger(
      async () => {
        calls += 1;
        throw new Error('no database');
      },
      MERGE_MS,
      () => Date.now(),
    );
    merger.add(thought('one'));
    await after(0);
    merger.add(thought('two'));
    await after(MERGE_MS);
    expect(calls).toBe(2);
  });

  it('is a thought, or an action with the thoughts beside it', () => {
    expect(progressActivity({ thoughts: ['a', 'b'] }).content).toEqual({ type: 'thought', body: 'a\nb' });
    expect(progressActivity({ ...action('search', { step: '1' }), thoughts: ['a'] }).content).toEqual({
      type: 'action',
      action: 'search',
      parameters: { thought: 'a', step: '1' },
    });
    expect(progressActivity(action('search', { thought: 'mine' })).content).toMatchObject({
      parameters: { thought: 'mine' },
    });
  });
});
