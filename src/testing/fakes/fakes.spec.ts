import { describe, expect, it } from '@jest/globals';
import { type AgentSession } from '../../agents/agent-session.js';
import { fakeContext } from './fake-context.js';
import { fakeSession } from './fake-session.js';

describe('fakeContext', () => {
  it('records the calls of the handler, as whom they were made', async () => {
    const { plane, planeAs, calls } = fakeContext();
    await plane.workItems.comments.create('sandbox', 'web', 'item', { comment_html: '<p>pong</p>' });
    await planeAs('mika').workItems.update('sandbox', 'web', 'item', { name: 'A' });
    expect(calls).toEqual([
      { method: 'workItems.comments.create', args: ['sandbox', 'web', 'item', { comment_html: '<p>pong</p>' }] },
      { method: 'workItems.update', args: ['sandbox', 'web', 'item', { name: 'A' }], as: 'mika' },
    ]);
  });

  it('answers as the test says', async () => {
    const answers = { 'workItems.retrieve': (_: string, __: string, id: string) => ({ id, name: 'A' }) };
    const { plane } = fakeContext({ answers });
    expect(await plane.workItems.retrieve('sandbox', 'web', 'item')).toEqual({ id: 'item', name: 'A' });
  });

  it('says which answer is missing', async () => {
    const missing = fakeContext().plane.projects.retrieve('sandbox', 'web');
    await expect(missing).rejects.toThrow("fakeContext({ answers: { 'projects.retrieve': … } })");
  });

  it('has everything else that a context has, as the test says', async () => {
    const context = fakeContext({ workspace: { slug: 'harbour' }, delivery: { attempt: 3 } });
    expect(context.workspace).toMatchObject({ slug: 'harbour', name: 'Sandbox' });
    expect(context.installation.workspaceSlug).toBe('harbour');
    expect(context.delivery.attempt).toBe(3);
    expect(await context.projectIdOf({ id: 'item', projectId: 'web' })).toBe('web');
    context.logger.info('done', { items: 2 });
    expect(context.logged).toMatchObject([{ level: 'info', message: 'done', fields: { items: 2 } }]);
    context.abort();
    expect(context.signal.aborted).toBe(true);
  });

  it('keeps what an earlier run of the handler stored', () => {
    const { memory } = fakeContext();
    memory.stored.set('seen', 2);
    expect(fakeContext({ memory }).memory.stored.get('seen')).toBe(2);
  });
});

describe('fakeSession', () => {
  async function agent(session: AgentSession<{ step: number }>): Promise<void> {
    await session.thought('Counting items');
    await session.action('search', { step: session.state?.step ?? 0 });
    await session.save({ step: 1 });
    await session.respond(`You wrote: ${session.prompt.text}`);
  }

  it('says what the agent showed, saved and answered', async () => {
    const session = fakeSession<{ step: number }>({ prompt: 'hello' });
    await agent(session);
    expect(session.activities).toEqual([
      { type: 'thought', text: 'Counting items' },
      { type: 'action', text: 'search', parameters: { step: 0 } },
      { type: 'response', text: 'You wrote: hello' },
    ]);
    expect(session.state).toEqual({ step: 1 });
    expect(session.answer).toBe('You wrote: hello');
  });

  it('takes one answer, as a turn does', async () => {
    const session = fakeSession();
    await session.ask('Which one?', { options: [{ id: 'a', label: 'A' }] });
    await expect(session.respond('A')).rejects.toMatchObject({ code: 'agent_turn_closed' });
  });

  it('is stopped by the user', () => {
    const session = fakeSession();
    session.stop();
    expect([session.stopped, session.signal.aborted]).toEqual([true, true]);
  });

  it('has the thread, later prompts and consents as the test says', async () => {
    const session = fakeSession({ history: ['late?', 'two'], newPrompts: ['and WEB?'], consented: [] });
    expect(await session.history()).toMatchObject([
      { role: 'user', text: 'late?' },
      { role: 'agent', text: 'two' },
    ]);
    expect(await session.newPrompts()).toMatchObject([{ text: 'and WEB?' }]);
    expect(await session.newPrompts()).toEqual([]);
    await expect(session.authorize('mika')).rejects.toMatchObject({ code: 'consent_needed' });
  });

  it('responds with what is streamed', async () => {
    const session = fakeSession();
    async function* chunks(): AsyncGenerator<string> {
      yield* ['Two ', 'items'];
    }
    expect(await session.stream(chunks())).toBe('Two items');
    expect(session.answer).toBe('Two items');
  });
});
