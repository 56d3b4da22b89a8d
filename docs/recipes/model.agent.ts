import { Inject, Injectable } from '@nestjs/common';
import { type AgentContext, type AgentSession, OnAgentPrompt } from 'hangar';

/** What answers: the client of a model, which the app's module provides for this token. */
export const MODEL = Symbol('model');

/** A message of the thread, in the form that most models take. */
export interface ModelMessage {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: string;
}

/** Streams the answer in pieces of text, and stops when the signal is aborted. */
export interface Model {
  stream(messages: readonly ModelMessage[], signal: AbortSignal): AsyncIterable<string>;
}

/** Answers mentions with a model that knows the thread and the work item. */
@Injectable()
export class ModelAgent {
  constructor(@Inject(MODEL) private readonly model: Model) {}

  @OnAgentPrompt({ acknowledge: 'Reading.', onStop: 'Stopped.' })
  async answer(session: AgentSession, { plane, workspace }: AgentContext): Promise<void> {
    const { projectId = '', workItemId } = session.run;
    const item = workItemId ? await plane.workItems.retrieve(workspace.slug, projectId, workItemId) : undefined;
    const about: ModelMessage = { role: 'system', content: `The work item: ${item?.name ?? 'none'}` };
    const earlier = (await session.history()).map(({ role, text }): ModelMessage => ({
      role: role === 'user' ? 'user' : 'assistant',
      content: text,
    }));
    const prompt: ModelMessage = { role: 'user', content: session.prompt.text };
    await session.stream(this.model.stream([about, ...earlier, prompt], session.signal));
  }
}
