import { Injectable } from '@nestjs/common';
import { type PlaneContext } from '../webhooks/discovery/handler-contexts.js';
import { type DeadLetteredRun } from '../webhooks/discovery/handler.js';
import { type PlaneEvent } from '../webhooks/events/plane-event.js';
import { type ResolvedAgentOptions } from './agent-options.js';
import { type AgentMethod } from './agent-session.js';

/** The method of the app that is decorated with `@OnAgentPrompt`. */
export interface Agent {
  /** `Helper.answer`; also the name of the queue of its turns. */
  readonly id: string;
  readonly options: ResolvedAgentOptions;
  readonly call: AgentMethod;
}

/** Runs an agent's method on the turn of an event. */
export type RunTurn = (agent: Agent, event: PlaneEvent, context: PlaneContext) => Promise<void>;

/** The app's agent, and in a worker what runs its turns. */
@Injectable()
export class AgentRegistry {
  private found: Agent | undefined;
  private runTurn: RunTurn | undefined;
  private onDeadLettered: ((run: DeadLetteredRun) => Promise<void>) | undefined;

  /** `undefined` in an app without one. */
  get agent(): Agent | undefined {
    return this.found;
  }

  set(agent: Agent): void {
    this.found = agent;
  }

  /** The role `worker` sets what runs the turns. */
  runWith(runTurn: RunTurn): void {
    this.runTurn = runTurn;
  }

  /** The role `worker` sets what ends the turn of a run that failed for the last time. */
  failWith(onDeadLettered: (run: DeadLetteredRun) => Promise<void>): void {
    this.onDeadLettered = onDeadLettered;
  }

  /** Ends the turn of a run that failed for the last time. */
  async fail(run: DeadLetteredRun): Promise<void> {
    await this.onDeadLettered?.(run);
  }

  /** Runs the agent's method on the turn of an event. */
  async run(agent: Agent, event: PlaneEvent, context: PlaneContext): Promise<void> {
    if (!this.runTurn) throw new Error('a process without the role worker has got a turn of an agent');
    await this.runTurn(agent, event, context);
  }
}
