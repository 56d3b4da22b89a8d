import { randomUUID } from 'node:crypto';
import { SAMPLE } from '../../../simulator/world/seed.js';
import { turnClosed } from '../../agents/agent.errors.js';
import {
  type ActionParameters,
  type AgentChoice,
  type AgentMessage,
  type AgentPrompt,
  type AgentSession,
  type AgentSessionRun,
} from '../../agents/agent-session.js';
import { streamed } from '../../agents/stream.js';
import { ConsentNeededError } from '../../tokens/tokens.errors.js';

/** Something that the agent showed or said. */
export interface FakeActivity {
  readonly type: 'thought' | 'action' | 'response' | 'elicitation' | 'error';
  /** Of an action, its name. */
  readonly text: string;
  readonly parameters?: ActionParameters;
  readonly result?: string;
  readonly options?: readonly AgentChoice[];
  readonly retryable?: boolean;
}

/** What differs from the sample of a session. */
export interface FakeSessionOptions<State = unknown> {
  /** The user's message, or its text. */
  readonly prompt?: string | Partial<AgentPrompt>;
  readonly run?: Partial<AgentSessionRun>;
  readonly attempt?: number;
  /** What an earlier attempt saved. */
  readonly state?: State;
  /** The thread before the prompt; the texts of a list are the user's and the agent's in turn. */
  readonly history?: readonly (string | AgentMessage)[];
  /** What the user adds while the turn runs: one call of `newPrompts` gets all. */
  readonly newPrompts?: readonly string[];
  /** The users who have consented; default all. */
  readonly consented?: readonly string[];
}

/** A session for unit tests of an agent, which also says what the agent did. */
export interface FakeSession<State = unknown> extends AgentSession<State> {
  /** In their order. */
  readonly activities: readonly FakeActivity[];
  /** The text of the response, question or error that ended the turn. */
  readonly answer: string | undefined;
  /** The user stops the turn: aborts `signal`. */
  stop(): void;
}

/** The session of an agent's turn without Plane, queue and database. What the method returns is not posted here. */
export function fakeSession<State = unknown>(options: FakeSessionOptions<State> = {}): FakeSession<State> {
  const { run, history = [], attempt = 1 } = options;
  const turn = new FakeTurn(options.state, [...(options.newPrompts ?? [])]);
  const prompt = promptOf(options.prompt ?? "What's late in this cycle?");
  const author = prompt.actorId ?? SAMPLE.adminId;
  const { signal } = turn.stopping;
  return {
    prompt,
    run: { id: randomUUID(), status: 'in_progress', ...PLACE, ...run },
    attempt,
    signal,
    activities: turn.activities,
    get stopped() {
      return signal.aborted;
    },
    get state() {
      return turn.state;
    },
    get answer() {
      return turn.answer;
    },
    save: async (state) => void (turn.state = structuredClone(state)),
    thought: async (text) => turn.show({ type: 'thought', text }),
    action: async (text, parameters, result) =>
      turn.show({ type: 'action', text, ...(parameters && { parameters }), ...(result !== undefined && { result }) }),
    respond: async (text) => turn.end({ type: 'response', text }),
    ask: async (text, choices) => turn.end({ type: 'elicitation', text, ...choices }),
    fail: async (text, how) => turn.end({ type: 'error', text, ...how }),
    authorize: async (userId = author) => {
      if (options.consented?.includes(userId) === false)
        throw new ConsentNeededError({ kind: 'user', baseUrl: 'http://plane.invalid', planeUserId: userId });
      return userId;
    },
    history: async () => history.map(messageOf),
    newPrompts: async () => turn.added.splice(0).map((text) => promptOf(text)),
    stream: async (chunks) => {
      const text = await streamed(chunks, signal, async (soFar) => turn.show({ type: 'thought', text: soFar }));
      turn.end({ type: 'response', text });
      return text;
    },
    stop: () => turn.stopping.abort(new Error('the user stopped the turn')),
  };
}

const PLACE = { workItemId: SAMPLE.workItemId, projectId: SAMPLE.projectId, creatorId: SAMPLE.adminId } as const;

class FakeTurn<State> {
  readonly activities: FakeActivity[] = [];
  readonly stopping = new AbortController();
  answer: string | undefined;

  constructor(
    public state: State | undefined,
    readonly added: string[],
  ) {}

  show(activity: FakeActivity): void {
    if (this.answer !== undefined) throw turnClosed('an earlier answer');
    this.activities.push(activity);
  }

  end(activity: FakeActivity): void {
    this.show(activity);
    this.answer = activity.text;
  }
}

function promptOf(given: string | Partial<AgentPrompt>): AgentPrompt {
  const fields = typeof given === 'string' ? { text: given } : given;
  return { id: randomUUID(), text: '', actorId: SAMPLE.adminId, ...fields };
}

function messageOf(message: string | AgentMessage, index: number): AgentMessage {
  if (typeof message !== 'string') return message;
  return { role: index % 2 === 0 ? 'user' : 'agent', text: message, at: new Date(Date.UTC(2026, 0, 15, 10, index)) };
}
