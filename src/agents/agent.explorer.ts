import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { PlaneConnections } from '../config/plane-connections.js';
import { type HostedMethod, validatedHandler } from '../webhooks/discovery/decorated-methods.js';
import { HandlerClasses } from '../webhooks/discovery/handler-classes.js';
import { invalidHandler } from '../webhooks/discovery/handler.errors.js';
import { HandlerRegistry } from '../webhooks/discovery/handler.registry.js';
import { compileEventPattern } from '../webhooks/events/event-pattern.js';
import { JOB_HEARTBEAT_SECONDS } from './agent-queues.js';
import { type AgentOptions, handlerOptionsOf, resolveAgentOptions } from './agent-options.js';
import { type AgentMethod } from './agent-session.js';
import { type Agent, AgentRegistry } from './agent.registry.js';
import { AGENT_PROMPT_METADATA } from './on-agent-prompt.decorator.js';

const EVENT = 'agent_run.prompted';

/** Registers the method with `@OnAgentPrompt` as a handler of prompts when the process starts. */
@Injectable()
export class AgentExplorer implements OnModuleInit {
  private readonly logger = new Logger(AgentExplorer.name);

  constructor(
    private readonly classes: HandlerClasses,
    private readonly reflector: Reflector,
    private readonly handlers: HandlerRegistry,
    private readonly agents: AgentRegistry,
    private readonly connections: PlaneConnections,
  ) {}

  /** @throws {DomainError} that names an agent that cannot be used, or two agents */
  onModuleInit(): void {
    for (const hosted of this.classes.methods()) {
      const options = this.reflector.get<AgentOptions | undefined>(AGENT_PROMPT_METADATA, hosted.method);
      if (options) this.register(agentOf(hosted, options));
    }
  }

  private register(agent: Agent): void {
    const { id, options } = agent;
    const other = this.agents.agent;
    if (other)
      throw invalidHandler(
        `There are two agents, ${other.id} and ${id}. A mention is answered once: leave @OnAgentPrompt at one of them.`,
      );
    this.agents.set(agent);
    if (this.connections.withApps.length === 0) this.logger.warn(neverCalled(id));
    this.handlers.add({
      kind: 'plane',
      id,
      pattern: EVENT,
      compiled: compileEventPattern(EVENT),
      options: handlerOptionsOf(options),
      heartbeatSeconds: JOB_HEARTBEAT_SECONDS,
      run: (event, context) => this.agents.run(agent, event, context),
      onDeadLettered: (run) => this.agents.fail(run),
    });
  }
}

function neverCalled(id: string): string {
  return `${id} has @OnAgentPrompt, but this Plane is used with an API key (PLANE_MODE=api-key): the community edition has no agents, and the method will never be called`;
}

function agentOf({ host, name }: HostedMethod, options: AgentOptions): Agent {
  return validatedHandler(host, name, (id, instance) => {
    const resolved = resolveAgentOptions(options);
    handlerOptionsOf(resolved); // which names what is invalid
    const call: AgentMethod = (session, context) => instance[name]?.(session, context) as ReturnType<AgentMethod>;
    return { id, options: resolved, call };
  });
}
