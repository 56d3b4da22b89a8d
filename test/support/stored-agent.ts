import { randomUUID } from 'node:crypto';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { type AgentTurnEntity } from '../../src/agents/agent-turn.entity.js';
import { AgentTurnsRepository } from '../../src/agents/agent-turns.repository.js';
import { AgentsModule } from '../../src/agents/agents.module.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { DeliveriesModule } from '../../src/webhooks/deliveries/deliveries.module.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { normaliseReceived } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { HelperAgent } from '../fixtures/helper.agent.js';
import { promptedBody, type PromptOfBody, type SimulatedRun } from './agent-scene.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { serviceContext } from './service-context.js';

@Module({ providers: [HelperAgent] })
class HelperModule {}

/** A run with a turn whose method was called. */
export interface BegunTurn {
  readonly own: SimulatedRun;
  readonly turn: AgentTurnEntity;
  readonly start: number;
}

/** The tables of an agent without a worker: two processes store webhooks, and nothing answers them. */
export class StoredAgent {
  private receivedAt = 0;

  private constructor(
    readonly database: TestDatabase,
    private readonly simulator: RunningSimulator,
    private readonly replicas: readonly INestApplicationContext[],
  ) {}

  static async start(): Promise<StoredAgent> {
    const database = await createTestDatabase();
    const simulator = await startSimulator({ port: 0 });
    const modules = [WebhooksModule, DeliveriesModule, AgentsModule, HelperModule];
    const replicas = await Promise.all([1, 2].map(() => serviceContext(database, simulator, modules)));
    return new StoredAgent(database, simulator, replicas);
  }

  async stop(): Promise<void> {
    for (const replica of this.replicas) await replica.close();
    await this.simulator.close();
    await this.database.drop();
  }

  service<T>(type: new (...args: never[]) => T, replica = 0): T {
    return this.replicas[replica]?.get(type) as T;
  }

  /** A run of which nothing is stored. */
  run(workspaceId = 'w'): SimulatedRun {
    const ids = { projectId: 'p', workItemId: 'i', commentId: 'c', agentUserId: 'bot', creatorId: 'u' };
    return { id: randomUUID(), workspaceId, ...ids, status: 'created', activities: [] };
  }

  /** Stores a webhook. Resolves with the delivery's id. */
  async store(payload: object, replica = 0): Promise<string> {
    const body = Buffer.from(JSON.stringify(payload));
    // Later than the one before, in ms: the order of receipt is that of the calls, whatever the machine's clock does.
    this.receivedAt = Math.max(Date.now(), this.receivedAt + 1);
    const receivedAt = new Date(this.receivedAt);
    const event = normaliseReceived({ body, payload: parsePayload(body), receivedAt });
    const delivery = { event, body, headers: {}, secretFingerprint: 'f' };
    return (await this.service(DeliveriesService, replica).store(delivery)).id;
  }

  /** Stores the webhook of a prompt. Resolves with the prompt's id. */
  async prompted(run: SimulatedRun, text: string, options: Partial<PromptOfBody> = {}): Promise<string> {
    const prompt = { id: randomUUID(), text, signal: 'continue', ...options };
    await this.store(promptedBody(run, prompt));
    return prompt.id;
  }

  /** Stores the webhook of a stop. Resolves with the prompt's id. */
  async stopped(run: SimulatedRun, options: Partial<PromptOfBody> = {}): Promise<string> {
    return this.prompted(run, 'stop', { ...options, signal: 'stop' });
  }

  /** The turn of a prompt. */
  async turnOf({ workspaceId, id }: SimulatedRun, promptId: string): Promise<AgentTurnEntity> {
    const turn = await this.service(AgentTurnsRepository).ofPrompt(
      { connectionId: 'default', workspaceId, runId: id },
      promptId,
    );
    if (!turn) throw new Error(`the prompt ${promptId} has no turn`);
    return turn;
  }

  async begun(workspaceId = 'w', options: Partial<PromptOfBody> = {}): Promise<BegunTurn> {
    const own = this.run(workspaceId);
    const turn = await this.turnOf(own, await this.prompted(own, 'first', options));
    const start = await this.service(AgentTurnsRepository).begin(turn.id, 1);
    return { own, turn, start: start ?? 0 };
  }

  /** The rows of a run's turns, in order. */
  async turnsOf({ id }: SimulatedRun): Promise<Record<string, unknown>[]> {
    return this.database.query(
      `SELECT turn.* FROM agent_turns AS turn JOIN agent_runs AS run ON run.id = turn.run_id
       WHERE run.run_id = $1 ORDER BY position`,
      [id],
    );
  }

  /** The jobs of a queue with this value in their data. */
  async jobsOf(queue: string, key: string, value: unknown): Promise<unknown[]> {
    return this.database.query('SELECT FROM pgboss.job WHERE name = $1 AND data ->> $2 = $3', [queue, key, value]);
  }
}
