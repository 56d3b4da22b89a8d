import { describe, expect, it, jest } from '@jest/globals';
import { type AgentContext, type AgentSession } from 'hangar';
import { OpenItemsAgent } from './open-items.agent.js';

type Session = AgentSession<{ open: number; cursor?: string | undefined }>;
type Page = { readonly cursor: string; readonly per_page: number };

const PAGE_SIZE = 100;
const STATES = [
  { id: 'todo', group: 'unstarted' },
  { id: 'done', group: 'completed' },
  { id: 'never', group: 'cancelled' },
];
const items = (count: number, state: string): object[] => Array.from({ length: count }, () => ({ state }));

/** A Plane with these work items in each of its projects. */
function planeWith(all: readonly object[]) {
  const list = jest.fn(async (_slug: string, _project: string, { cursor, per_page: size }: Page) => {
    const page = Number(cursor.split(':')[1]);
    const [results, end] = [all.slice(page * size, (page + 1) * size), (page + 1) * size];
    // Plane names a next cursor after the last page too.
    return { results, next_page_results: end < all.length, next_cursor: `${size}:${page + 1}:0` };
  });
  const projects = [
    { id: 'web', name: 'Website' },
    { id: 'ops', name: 'Operations' },
  ];
  const plane = {
    workItems: { list },
    states: { list: async () => ({ results: STATES }) },
    projects: {
      list: async () => ({ results: projects }),
      retrieve: async (_slug: string, id: string) => projects.find((project) => project.id === id),
    },
  };
  return { list, context: { plane, workspace: { slug: 'sandbox' } } as unknown as AgentContext };
}

/** A session that remembers what it was given. */
function sessionWith(given: Partial<Record<keyof Session, unknown>> = {}) {
  const called = {
    action: jest.fn(async (..._args: unknown[]) => undefined),
    save: jest.fn(async (_state: unknown) => undefined),
    ask: jest.fn(async (..._args: unknown[]) => undefined),
  };
  const session = {
    prompt: { id: 'prompt', text: 'how many open items are in this project?' },
    run: { id: 'run', projectId: 'web' },
    signal: new AbortController().signal,
    ...called,
    ...given,
  };
  return { ...called, session: session as unknown as Session };
}

describe('the agent that counts open items', () => {
  const agent = new OpenItemsAgent();

  it.each([
    [0, 'There are 0 open items in Website.'],
    [1, 'There is 1 open item in Website.'],
    [PAGE_SIZE, 'There are 100 open items in Website.'],
    [2 * PAGE_SIZE + 5, 'There are 205 open items in Website.'],
  ])('counts %s of them, not those that are completed or cancelled', async (open, answer) => {
    const all = [...items(3, 'done'), ...items(open, 'todo'), ...items(2, 'never')];
    expect(await agent.answer(sessionWith().session, planeWith(all).context)).toBe(answer);
  });

  it('shows its progress and saves it after each page', async () => {
    const { session, action, save } = sessionWith();
    await agent.answer(session, planeWith(items(PAGE_SIZE + 1, 'todo')).context);
    expect(action.mock.calls).toEqual([
      ['count', { project: 'Website', open: 0 }],
      ['count', { project: 'Website', open: PAGE_SIZE }],
    ]);
    expect(save.mock.calls).toEqual([[{ open: PAGE_SIZE, cursor: '100:1:0' }], [{ open: PAGE_SIZE + 1 }]]);
  });

  it('continues with the next page after a crash', async () => {
    const { list, context } = planeWith(items(PAGE_SIZE + 1, 'todo'));
    const { session } = sessionWith({ state: { open: PAGE_SIZE, cursor: '100:1:0' } });
    expect(await agent.answer(session, context)).toBe('There are 101 open items in Website.');
    expect(list).toHaveBeenCalledTimes(1);
  });

  it('only answers after a crash where it had counted all', async () => {
    const { list, context } = planeWith(items(2, 'todo'));
    expect(await agent.answer(sessionWith({ state: { open: 2 } }).session, context)).toBe(
      'There are 2 open items in Website.',
    );
    expect(list).not.toHaveBeenCalled();
  });

  it('counts no page that comes after a stop', async () => {
    const stop = new AbortController();
    const { list, context } = planeWith(items(PAGE_SIZE + 1, 'todo'));
    const { session, save } = sessionWith({ signal: stop.signal, action: async () => stop.abort() });
    await expect(agent.answer(session, context)).rejects.toThrow('aborted');
    expect(list).toHaveBeenCalledTimes(1);
    expect(save).not.toHaveBeenCalled();
  });

  it('asks for the project of a run that has none, and counts in the one that the user names', async () => {
    const { context } = planeWith(items(2, 'todo'));
    const asked = sessionWith({ run: { id: 'run' } });
    expect(await agent.answer(asked.session, context)).toBeUndefined();
    const options = [
      { id: 'web', label: 'Website' },
      { id: 'ops', label: 'Operations' },
    ];
    expect(asked.ask.mock.calls).toEqual([['In which project?', { options }]]);
    const replied = sessionWith({ run: { id: 'run' }, prompt: { id: 'reply', text: 'Operations' } });
    expect(await agent.answer(replied.session, context)).toBe('There are 2 open items in Operations.');
    expect(replied.ask).not.toHaveBeenCalled();
  });
});
