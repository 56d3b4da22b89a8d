import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { dataFolder } from './data-folder.js';
import { type Answer, type Environment, HangarWithSimulator } from './hangar-with-simulator.js';
import { until } from './until.js';

/** A run as the simulator's state shows it. */
export interface SimulatedRun {
  readonly id: string;
  readonly workspaceId: string;
  readonly projectId: string;
  readonly workItemId: string;
  readonly commentId: string;
  readonly agentUserId: string;
  readonly creatorId: string;
  readonly status: string;
  readonly activities: readonly SimulatedActivity[];
}

/** One of its activities. */
interface SimulatedActivity {
  readonly id: string;
  readonly type: string;
  readonly content: { readonly body?: string; readonly action?: string; readonly parameters?: Record<string, string> };
  readonly signal: string;
  readonly signalMetadata: unknown;
}

/** A run as the control API shows it. */
export interface RunHistory {
  readonly status: string;
  readonly wasStale: boolean;
  readonly longestSilenceMs: number;
  readonly activities: readonly {
    readonly by: 'user' | 'app';
    readonly type: string;
    readonly content: { readonly body?: string };
    readonly signal: string;
    readonly signalMetadata: { readonly url?: string } | null;
    readonly contentMetadata: { readonly hangar_key?: string } | null;
    readonly createdAt: number;
  }[];
}

/** What the agent of `agent-server.mjs` has written down. */
export interface RecordedCall {
  readonly prompt?: string;
  readonly text?: string;
  readonly attempt?: number;
  readonly second?: string;
  readonly saved?: string;
  readonly answered?: string;
  readonly aborted?: string;
  readonly refused?: string;
  readonly interrupted?: string;
  readonly later?: boolean;
}

/** A test is not about Plane's rate limit, unless it says so. */
const AMPLE_CALLS = 100_000;

/** The thought that acknowledges a prompt. */
const ACKNOWLEDGEMENT = 'On it.';

/**
 * The built server with the agent of `agent-server.mjs`. Plane's webhooks go elsewhere, unless they are asked for: a test
 * sends those that it wants, in the order that it wants.
 */
export class AgentScene {
  /** All runs are about the same work item. The state is large where there are many. */
  private template: SimulatedRun | undefined;

  private constructor(
    readonly together: HangarWithSimulator,
    private readonly elsewhere: Server,
    private readonly folder: string,
  ) {}

  /** Starts it, with the app installed. @param receives whether Plane's own webhooks arrive */
  static async start(environment: Environment = {}, receives = false): Promise<AgentScene> {
    const elsewhere = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const folder = dataFolder();
    const together = await HangarWithSimulator.start({
      program: resolve('test/support/agent-server.mjs'),
      environment: { AGENT_FOLDER: folder, ...environment },
      simulator: receives ? {} : { webhookUrl: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/` },
    });
    await together.plane.post('/settings', { rateLimitPerMinute: AMPLE_CALLS });
    await together.install();
    return new AgentScene(together, elsewhere, folder);
  }

  async stop(): Promise<void> {
    await this.together.stop();
    this.elsewhere.close();
  }

  /** A user mentions the app. */
  async mention(text: string): Promise<SimulatedRun> {
    const { id, commentId } = await this.together.plane.post('/runs', { text: `@your-app ${text}` });
    this.template ??= await this.run(String(id));
    return { ...this.template, id: String(id), commentId: String(commentId), status: 'created', activities: [] };
  }

  /** Every run, with its activities. */
  async runs(): Promise<readonly SimulatedRun[]> {
    return ((await this.together.world()) as unknown as { runs: readonly SimulatedRun[] }).runs;
  }

  async run(id: string): Promise<SimulatedRun> {
    const found = (await this.runs()).find((run) => run.id === id);
    if (!found) throw new Error(`there is no run ${id}`);
    return found;
  }

  /** The texts of what the app has posted of a type, in order. */
  async texts(runId: string, type: string): Promise<(string | undefined)[]> {
    const { activities } = await this.run(runId);
    return activities.filter((activity) => activity.type === type).map(({ content }) => content.body);
  }

  /** How often the run was acknowledged. */
  async acknowledgements(runId: string): Promise<number> {
    return (await this.texts(runId, 'thought')).filter((text) => text === ACKNOWLEDGEMENT).length;
  }

  /** Resolves with the responses once there are so many. */
  async responses(runId: string, count = 1): Promise<(string | undefined)[]> {
    return until(`${count} response(s)`, async () => {
      const texts = await this.texts(runId, 'response');
      return texts.length >= count && texts;
    });
  }

  /** Sends the webhook of the run's creation. */
  async created(run: SimulatedRun, changes: object = {}): Promise<Answer> {
    return this.send(createdBody(run, changes), 'agent_run_create');
  }

  /** Sends the webhook of a prompt. Resolves with the prompt's id. */
  async prompted(run: SimulatedRun, text: string, { id = randomUUID(), signal = 'continue' } = {}): Promise<string> {
    await this.send(promptedBody(run, { id, text, signal }), 'agent_run_user_prompt');
    return id;
  }

  async send(body: object, event: string): Promise<Answer> {
    return this.together.deliver(JSON.stringify(body), { 'x-plane-event': event });
  }

  /** The run with its history, as Plane's own page would show it. */
  async history(id: string): Promise<RunHistory> {
    return (await (await fetch(`${this.together.simulator.url}/_simulator/runs/${id}`)).json()) as RunHistory;
  }

  /** What the agent has written down. */
  calls(): RecordedCall[] {
    const lines = readFileSync(join(this.folder, 'calls'), { encoding: 'utf8', flag: 'a+' }).split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as RecordedCall);
  }

  /** The calls of the agent's method for a prompt. */
  callsFor(promptId: string): RecordedCall[] {
    return this.calls().filter(({ prompt }) => prompt === promptId);
  }

  /** Lets the agent continue where it waits for this. */
  release(name: string): void {
    writeFileSync(join(this.folder, `release-${name}`), '');
  }

  /** The turns of a run, in order. */
  async turns(runId: string): Promise<{ state: string; outcome: string | null; attempt: number }[]> {
    return this.together.database.query(
      `SELECT turn.state, turn.outcome, turn.attempt FROM agent_turns AS turn JOIN agent_runs AS run ON run.id = turn.run_id
       WHERE run.run_id = $1 ORDER BY turn.position`,
      [runId],
    );
  }
}

function runFields(run: SimulatedRun): object {
  return {
    id: run.id,
    agent_user: run.agentUserId,
    creator: run.creatorId,
    issue: run.workItemId,
    project: run.projectId,
    workspace: run.workspaceId,
    comment: run.commentId,
    status: 'created',
    type: 'comment_thread',
    started_at: '2026-01-15T10:30:00Z',
  };
}

function placeOf(run: SimulatedRun): object {
  return {
    agent_user_id: run.agentUserId,
    issue_id: run.workItemId,
    project_id: run.projectId,
    workspace_id: run.workspaceId,
    comment_id: run.commentId,
  };
}

/** What the webhook of a prompt says of it. */
export interface PromptOfBody {
  readonly id: string;
  readonly text: string;
  readonly signal: string;
  /** By Plane's clock; absent where Plane does not say. */
  readonly createdAt?: string;
}

/** The body of `agent_run_create`. */
export function createdBody(run: SimulatedRun, changes: object = {}): object {
  return { action: 'created', agent_run: runFields(run), ...placeOf(run), type: 'agent_run', ...changes };
}

/** The body of `agent_run_user_prompt`. */
export function promptedBody(run: SimulatedRun, { id, text, signal, createdAt }: PromptOfBody): object {
  const content = { type: 'prompt', body: text };
  const activity = {
    id,
    agent_run: run.id,
    type: 'prompt',
    content,
    signal,
    actor: run.creatorId,
    created_at: createdAt,
  };
  return {
    action: 'prompted',
    agent_run_activity: { ...activity, ephemeral: false, workspace: run.workspaceId },
    agent_run: runFields(run),
    ...placeOf(run),
    type: 'agent_run_activity',
  };
}
