import { describe, expect, it } from '@jest/globals';
import { type AgentContext, type AgentSession } from 'hangar';
import { Model, ModelAgent } from '../fixtures/model.agent.js';
import { OpenItemsAgent } from '../fixtures/slow.agent.js';

describe('the agents of docs/agents.md', () => {
  it('pass the stop on to what takes long', async () => {
    const plane = {
      projects: { retrieve: async () => ({ name: 'Website' }) },
      states: { list: async () => ({ results: [] }) },
    };
    const context = { plane, workspace: { slug: 'sandbox' } } as unknown as AgentContext;
    const stop = new AbortController();
    const session = { run: { projectId: 'web' }, signal: stop.signal, action: async () => stop.abort() };
    await expect(new OpenItemsAgent().answer(session as never, context)).rejects.toThrow('aborted');
  });

  it('answer with what a model streams', async () => {
    const answers: string[] = [];
    const stream = async (chunks: AsyncIterable<string>): Promise<void> => {
      let text = '';
      for await (const chunk of chunks) text += chunk;
      answers.push(text);
    };
    const session = {
      prompt: { id: 'p', text: 'hello there' },
      history: async () => [{ role: 'agent', text: 'hi', at: new Date() }],
      signal: new AbortController().signal,
      stream,
    };
    await new ModelAgent(new Model()).answer(session as unknown as AgentSession);
    expect(answers).toEqual(['You wrote: hello there']);
  });
});
