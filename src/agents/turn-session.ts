import { type AgentActivitiesRepository, type NewActivity } from './agent-activities.repository.js';
import { type AcknowledgementService } from './acknowledgement.service.js';
import { type ActivitySender } from './activity-sender.service.js';
import { type AuthorizationsService } from './authorizations.service.js';
import { DomainError } from '../common/domain-error.js';
import { activityUnusable, turnClosed, turnTakenOver } from './agent.errors.js';
import { type AgentHistoryService } from './agent-history.service.js';
import {
  type ActionParameters,
  type AgentChoice,
  type AgentMessage,
  type AgentPrompt,
  type AgentSession,
  type AgentSessionRun,
} from './agent-session.js';
import { type AgentTurnEntity } from './agent-turn.entity.js';
import { type AgentTurnsRepository } from './agent-turns.repository.js';
import { ProgressMerger, type Progress } from './progress.js';
import { progressActivity } from './progress-activity.js';
import { type SavedStatesService } from './saved-states.service.js';
import { retryMsOf } from './send-failure.js';
import { streamed } from './stream.js';

/** What sessions work with. */
export interface SessionServices {
  readonly turns: AgentTurnsRepository;
  readonly activities: AgentActivitiesRepository;
  readonly acknowledgements: AcknowledgementService;
  readonly sender: ActivitySender;
  readonly states: SavedStatesService;
  readonly history: AgentHistoryService;
  readonly authorizations: AuthorizationsService;
}

/** One call of the agent's method. */
export interface TurnCall {
  /** With its run. */
  readonly turn: AgentTurnEntity;
  /** The number of the call: another one takes the turn over. */
  readonly start: number;
  readonly attempt: number;
  readonly state: unknown;
  /** Aborted when the call may not write any more. */
  readonly ended: AbortSignal;
  /** Aborted when the user stops the turn. */
  readonly stop: AbortSignal;
}

/** The session of one call of an agent's method. */
export class TurnSession implements AgentSession {
  readonly prompt: AgentPrompt;
  readonly run: AgentSessionRun;
  readonly signal: AbortSignal;
  private readonly progress: ProgressMerger;
  private current: unknown;
  private closing: string | undefined;
  private posting: Promise<void> | undefined;
  private unsentError: unknown;
  private rejectedBy: unknown;

  constructor(
    private readonly services: SessionServices,
    private readonly call: TurnCall,
  ) {
    const { turn, ended, stop, state } = call;
    this.prompt = turn.prompt ?? { id: '', text: '' };
    this.run = runOf(turn);
    this.current = state;
    this.signal = AbortSignal.any([ended, stop]);
    this.progress = new ProgressMerger((progress) => this.post(progress));
  }

  get attempt(): number {
    return this.call.attempt;
  }

  get state(): unknown {
    return this.current;
  }

  get stopped(): boolean {
    return this.call.stop.aborted;
  }

  /** How the turn was ended in this call: the name of the method. */
  get closedBy(): string | undefined {
    return this.closing;
  }

  /** Why the last closing activity was not accepted. */
  get rejection(): unknown {
    return this.rejectedBy;
  }

  /** Why the closing activity is not posted yet. */
  get unsent(): unknown {
    return this.unsentError;
  }

  async save(state: unknown): Promise<void> {
    const { turn, start } = this.call;
    const sealed = await this.services.states.seal(turn.id, state);
    this.requireOurs();
    if (!(await this.services.turns.save(turn.id, start, sealed))) throw await this.closedError();
    this.current = state;
  }

  async thought(text: string): Promise<void> {
    this.requireOurs();
    if (!this.stopped) this.progress.add({ thoughts: [requireText('thought', text)] });
  }

  async action(name: string, parameters: ActionParameters = {}, result?: string): Promise<void> {
    this.requireOurs();
    const all: ActionParameters = result === undefined ? parameters : { ...parameters, result };
    const texts = Object.fromEntries(Object.entries(all).map(([key, value]) => [key, String(value)]));
    if (!this.stopped)
      this.progress.add({ thoughts: [], action: { name: requireText('action', name), parameters: texts } });
  }

  async respond(markdown: string): Promise<void> {
    const body = requireText('respond', markdown);
    await this.close('respond', { type: 'response', content: { type: 'response', body }, closes: true });
  }

  async ask(markdown: string, { options }: { readonly options?: readonly AgentChoice[] } = {}): Promise<void> {
    const body = requireText('ask', markdown);
    if (options?.length === 0) throw activityUnusable('session.ask was given no options: leave them out, or name one.');
    const choices = options && { signal: 'select' as const, signalMetadata: { options: [...options] } };
    await this.close('ask', { type: 'elicitation', content: { type: 'elicitation', body }, closes: true, ...choices });
  }

  async fail(markdown: string, { retryable = true }: { readonly retryable?: boolean } = {}): Promise<void> {
    const body = requireText('fail', markdown);
    const content = { type: 'error', body } as const;
    await this.close('fail', { type: 'error', content, closes: true, signalMetadata: { retryable } });
  }

  async authorize(userId = this.prompt.actorId ?? this.run.creatorId): Promise<string> {
    this.requireOurs();
    if (userId === undefined)
      throw activityUnusable('session.authorize needs a user: Plane does not say who wrote this prompt.');
    await this.services.authorizations.require(this.call.turn, userId);
    return userId;
  }

  async history(): Promise<AgentMessage[]> {
    return this.services.history.before(this.call.turn);
  }

  async newPrompts(): Promise<AgentPrompt[]> {
    this.requireOurs();
    if (this.stopped || this.closing !== undefined) return [];
    return this.services.turns.takePrompts(this.call.turn, this.call.start);
  }

  async stream(chunks: AsyncIterable<string>): Promise<string> {
    const text = await streamed(chunks, this.signal, (soFar) => this.thought(soFar));
    await this.respond(text);
    return text;
  }

  /** The call has ended: waits for an answer that the method did not wait for, and posts no more progress. */
  async end(): Promise<void> {
    await this.posting?.catch(() => undefined);
    await this.progress.close();
  }

  private async close(by: string, activity: NewActivity): Promise<void> {
    this.requireOurs();
    if (this.closing !== undefined) throw turnClosed(`session.${this.closing}`);
    this.closing = by;
    try {
      this.posting = this.postClosing(activity);
      await this.posting;
    } catch (error) {
      this.closing = undefined;
      this.rejectedBy = error;
      this.progress.reopen();
      throw error;
    }
  }

  private async postClosing(activity: NewActivity): Promise<void> {
    const { turn, start } = this.call;
    await this.progress.close();
    await this.services.acknowledgements.settle(turn.id);
    this.requireOurs();
    const added = await this.services.activities.add(turn.id, start, activity);
    if (!added) throw await this.closedError();
    const result = await this.services.sender.send(turn, added, { priority: 'interactive' });
    if (!result.sent) this.unsentError = result.error;
  }

  /** Resolves with the time until the next try where the budget is short. */
  private async post(progress: Progress): Promise<number | undefined> {
    const { turn, start, ended } = this.call;
    if (this.stopped || ended.aborted) return undefined;
    const added = await this.services.activities.add(turn.id, start, progressActivity(progress));
    if (!added) return undefined;
    const calls = { priority: 'background', maxWaitMs: 0, tries: 1 } as const;
    const result = await this.services.sender.send(turn, added, calls);
    return result.sent ? undefined : retryMsOf(result.error);
  }

  private requireOurs(): void {
    const { aborted, reason } = this.call.ended;
    if (aborted) throw reason instanceof DomainError ? reason : turnTakenOver();
  }

  private async closedError(): Promise<Error> {
    const turn = await this.services.turns.find(this.call.turn.id);
    if (turn?.state === 'closed') return turnClosed(`its outcome "${turn.outcome}"`);
    if (turn?.starts !== this.call.start) return turnTakenOver();
    return turnClosed('an answer that is about to be posted');
  }
}

function runOf({ run }: AgentTurnEntity): AgentSessionRun {
  const { runId: id, status, workItemId, projectId, commentId, creatorId } = run;
  return {
    id,
    status,
    ...(workItemId !== null && { workItemId }),
    ...(projectId !== null && { projectId }),
    ...(commentId !== null && { commentId }),
    ...(creatorId !== null && { creatorId }),
  };
}

function requireText(method: string, text: string): string {
  if (typeof text === 'string' && text.trim() !== '') return text;
  throw activityUnusable(`session.${method} takes a text that is not empty.`);
}
