import { Injectable, Module, type Type } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { ConfigModule } from '../config/config.module.js';
import { loadConfig } from '../config/load-config.js';
import { HandlerRegistry } from '../webhooks/discovery/handler.registry.js';
import { HandlersDiscoveryModule } from '../webhooks/discovery/handlers-discovery.module.js';
import { type AgentOptions } from './agent-options.js';
import { type AgentContext, type AgentSession } from './agent-session.js';
import { AgentExplorer } from './agent.explorer.js';
import { AgentRegistry } from './agent.registry.js';
import { OnAgentPrompt } from './on-agent-prompt.decorator.js';

@Injectable()
class Helper {
  @OnAgentPrompt({ timeoutMinutes: 2, retryLimit: 1 })
  async answer(session: AgentSession<{ step: number }>, _context: AgentContext): Promise<string> {
    await session.save({ step: (session.state?.step ?? 0) + 1 });
    return session.prompt.text;
  }
}

@Injectable()
class Other {
  @OnAgentPrompt()
  reply(): void {
    // Never called.
  }
}

function agentWith(options: AgentOptions): Type {
  @Injectable()
  class Wrong {
    @OnAgentPrompt(options)
    answer(): void {
      // Never called.
    }
  }
  return Wrong;
}

/** Starts an application with these providers. */
async function start(...providers: Type[]) {
  @Module({
    imports: [ConfigModule.forRoot(loadConfig({})), DiscoveryModule, HandlersDiscoveryModule],
    providers: [AgentRegistry, AgentExplorer, ...providers],
  })
  class App {}
  return NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
}

describe('an agent', () => {
  it('is a handler of prompts, those of one run in order, at interactive priority', async () => {
    const app = await start(Helper);
    expect(app.get(HandlerRegistry).all()).toMatchObject([
      {
        id: 'Helper.answer',
        pattern: 'agent_run.prompted',
        heartbeatSeconds: 15,
        options: {
          timeoutSeconds: 120,
          retryLimit: 1,
          order: 'entity',
          callPriority: 'interactive',
          includeSelf: true,
        },
      },
    ]);
    expect(app.get(AgentRegistry).agent).toMatchObject({
      id: 'Helper.answer',
      options: { acknowledge: 'Working on it.', onStop: 'Stopped.', stopGraceSeconds: 10, concurrency: 20 },
    });
  });

  it('is the only one of an app', async () => {
    await expect(start(Helper, Other)).rejects.toThrow(
      'There are two agents, Helper.answer and Other.reply. A mention is answered once: leave @OnAgentPrompt at one of them.',
    );
  });

  it.each<[AgentOptions, string]>([
    [{ timeoutMinutes: 0 }, 'timeoutMinutes must be a number above 0'],
    [{ stopGraceSeconds: 1000 }, 'stopGraceSeconds must be a number above 0 and up to 300'],
    [{ acknowledge: ' ' }, 'acknowledge must be a text that is not empty'],
    [{ concurrency: 0 }, 'concurrency must be a whole number'],
  ])('with the options %j fails the start by its name', async (options, problem) => {
    await expect(start(agentWith(options))).rejects.toThrow(`Wrong.answer cannot be used: ${problem}`);
  });
});
