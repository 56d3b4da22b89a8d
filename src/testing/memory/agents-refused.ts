import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { AGENT_PROMPT_METADATA } from '../../agents/on-agent-prompt.decorator.js';
import { codedError } from '../../common/coded-error.js';

const agentInMemory = codedError(
  'agent_in_memory',
  501,
  'An agent needs PostgreSQL',
  (id: string) =>
    `${id} is an agent, whose turns are kept in PostgreSQL: use createTestApp({ real: true }), or fakeSession() in a unit test.`,
);

/** Refuses to start an app with an agent in memory, where its prompts would be lost. */
@Injectable()
export class AgentsRefused implements OnModuleInit {
  constructor(private readonly modules: ModulesContainer) {}

  /** @throws {DomainError} `agent_in_memory` */
  onModuleInit(): void {
    for (const { providers } of this.modules.values())
      for (const { metatype } of providers.values()) if (typeof metatype === 'function') refuse(metatype);
  }
}

function refuse({ name, prototype }: { readonly name: string; readonly prototype?: object }): void {
  for (const [method, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype ?? {})))
    if (typeof value === 'function' && Reflect.getMetadata(AGENT_PROMPT_METADATA, value) !== undefined)
      throw agentInMemory(`${name}.${method}`);
}
