import { type AgentRunStatus } from '../webhooks/events/plane-event.js';
import { type PlaneContext } from '../webhooks/discovery/handler-contexts.js';
import { type StoredPrompt } from './agent-turn.entity.js';

/** A user's message to the agent. */
export type AgentPrompt = StoredPrompt;

/** The run that a prompt belongs to: a thread of messages on a work item or elsewhere; ids are Plane's UUIDs. */
export interface AgentSessionRun {
  readonly id: string;
  /** As Plane last said. */
  readonly status: AgentRunStatus;
  readonly workItemId?: string;
  readonly projectId?: string;
  readonly commentId?: string;
  /** Who mentioned the app. */
  readonly creatorId?: string;
}

/** A message of the thread. */
export interface AgentMessage {
  readonly role: 'user' | 'agent';
  readonly text: string;
  readonly at: Date;
}

/** A choice that {@link AgentSession.ask} offers. */
export interface AgentChoice {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
}

/** What an action was given; Plane takes texts. */
export type ActionParameters = Readonly<Record<string, string | number | boolean>>;

/** The answer to one prompt, being worked on. Everything that is posted is posted once, whatever fails in between. */
export interface AgentSession<State = unknown> {
  readonly prompt: AgentPrompt;
  readonly run: AgentSessionRun;
  /** 1 for the first run of the method on this prompt. */
  readonly attempt: number;
  /**
   * Aborted when the user stops the run, when the turn is ended without the method (Plane ends the run, the app is
   * uninstalled), when the method times out, and when the process shuts down.
   */
  readonly signal: AbortSignal;
  /** Whether the user has stopped this turn: what is posted now is the last word. */
  readonly stopped: boolean;
  /** What {@link save} was given last, in this run or an earlier one. */
  readonly state: State | undefined;
  /** Stores the state, encrypted, in one statement: after a crash the method runs again with it. JSON, up to 1 MB. */
  save(state: State): Promise<void>;
  /**
   * Shows a line of progress, until the next activity. Those of a few seconds are posted as one, in the background: within
   * the rate limit of Plane, a later one may replace it.
   */
  thought(text: string): Promise<void>;
  /** Shows what the agent does, in the same way. */
  action(name: string, parameters?: ActionParameters, result?: string): Promise<void>;
  /**
   * Posts the answer, Markdown, which ends the turn. Resolves once it is stored: it is posted as soon as Plane takes it.
   *
   * @throws {DomainError} `agent_turn_closed` where the turn has ended
   * @throws {PlaneError} where Plane rejects it; the turn is still open then
   */
  respond(markdown: string): Promise<void>;
  /** Posts a question, which ends the turn: the user's reply is the next prompt. Throws as {@link respond}. */
  ask(markdown: string, options?: { readonly options?: readonly AgentChoice[] }): Promise<void>;
  /** Posts why there is no answer, which ends the turn. Throws as {@link respond}. @param retryable whether the user may try again */
  fail(markdown: string, options?: { readonly retryable?: boolean }): Promise<void>;
  /**
   * Resolves with the user's id in Plane where the user has consented, so that `context.planeAs(id)` works. Else it throws:
   * the user is asked for consent, and the method runs again afterwards, with the saved state. Let the error through. Where
   * the user refuses, or does not consent within a day, the turn ends and says so.
   *
   * @param userId default: who wrote the prompt
   * @throws {DomainError} `consent_needed`
   */
  authorize(userId?: string): Promise<string>;
  /** The earlier messages of the thread, oldest first, without this prompt. */
  history(): Promise<AgentMessage[]>;
  /** What the user has added while this turn runs; each is this turn's from now on, and gets no turn of its own. */
  newPrompts(): Promise<AgentPrompt[]>;
  /**
   * Shows a model's text while it comes in, and responds with all of it. Resolves with the text.
   *
   * @throws what the iterable throws; the signal's reason where it is aborted; as {@link respond}
   */
  stream(chunks: AsyncIterable<string>): Promise<string>;
}

/** What an agent gets beside the session. */
export type AgentContext = Omit<PlaneContext, 'skip'>;

/** The signature of an agent's method: the text that it returns is the response. */
export type AgentMethod = (
  session: AgentSession<never>,
  context: AgentContext,
) => Promise<string | undefined | void> | string | undefined | void;
