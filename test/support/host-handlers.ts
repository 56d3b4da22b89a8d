import { Injectable, Module } from '@nestjs/common';
import {
  type AgentContext,
  type AgentSession,
  type HandlerLogger,
  OnAgentPrompt,
  OnCommand,
  OnPlaneEvent,
  OnSchedule,
  OnTask,
  type PlaneCommand,
  type PlaneContext,
  type PlaneEvent,
  type Task,
  Tasks,
} from 'hangar';
import { forgetDeclaredHandlers } from '../../src/webhooks/discovery/declared-handlers.js';

// Of other test files in this process.
forgetDeclaredHandlers();

/** What a test of a host sees of its handlers, and lets them wait for. */
export const seen = {
  begun: Promise.withResolvers<void>(),
  end: Promise.withResolvers<void>(),
  aborted: 0,
};

/** A service of the host, which its handlers inject. */
@Injectable()
export class Greeter {
  greeting(name: string): string {
    return `hello ${name}`;
  }
}

@Module({ providers: [Greeter], exports: [Greeter] })
export class GreeterModule {}

/** Handlers of each kind, as classes of a host. */
@Injectable()
export class HostHandlers {
  constructor(
    private readonly greeter: Greeter,
    private readonly tasks: Tasks,
  ) {}

  @OnPlaneEvent('workitem.comment.created')
  async greet(event: PlaneEvent<'workitem.comment.created'>, context: PlaneContext): Promise<void> {
    if (event.comment.text.trim() === '/greet') await context.reply(this.greeter.greeting(context.workspace.slug));
  }

  @OnPlaneEvent('workitem.comment.created', { timeoutSeconds: 60 })
  async work(event: PlaneEvent<'workitem.comment.created'>, context: PlaneContext): Promise<void> {
    if (event.comment.text.trim() !== '/work') return;
    seen.begun.resolve();
    await seen.end.promise;
    if (context.signal.aborted) seen.aborted += 1;
    await context.reply('worked');
  }

  @OnCommand('/later', { args: '<text...>' })
  async later({ args, workItem }: PlaneCommand<'<text...>'>, context: PlaneContext): Promise<void> {
    const tasks = this.tasks.forInstallation(context.workspace.slug);
    await tasks.schedule('say', { text: args.text, workItem }, { after: 1 });
  }

  @OnTask('say')
  async say(
    { data }: Task<{ text: string; workItem: { id: string; projectId?: string } }>,
    context: PlaneContext,
  ): Promise<void> {
    await context.reply(data.text, { on: data.workItem });
  }

  @OnSchedule('0 8 * * 1-5', { each: 'installation' })
  digest(_run: unknown, { logger }: { logger: HandlerLogger }): void {
    logger.info('a digest');
  }
}

/** An agent of a host. */
@Injectable()
export class HostAgent {
  constructor(private readonly greeter: Greeter) {}

  @OnAgentPrompt({ acknowledge: 'On it.' })
  answer(session: AgentSession, _context: AgentContext): string {
    return this.greeter.greeting(session.prompt.text.replace('@your-app ', ''));
  }
}
