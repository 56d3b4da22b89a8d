import { Command } from 'commander';
import { OperationsModule } from '../operations/operations.module.js';
import { HandlerOperations } from '../operations/handler.operations.js';
import { AgentsModule } from '../agents/agents.module.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { type HandlerStats, HandlerStatsService } from '../webhooks/pauses/handler-stats.service.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print, table } from './output.js';
import { withApp } from './service-context.js';

const COUNTS = ['WAITING', 'DELAYED', 'RUNNING', 'BLOCKED', 'PARKED', 'DEAD LETTERS'];
const HEADS = ['HANDLER', 'EVENT', ...COUNTS, 'PAUSED'];

/** `hangar handlers`: lists handlers with their jobs; pauses and resumes one. */
export function handlersCommand(): Command {
  return new Command('handlers')
    .description('list handlers with their events and jobs')
    .option('--json', 'print JSON')
    .action(async ({ json }: CommonOptions) => {
      await withApp([WebhooksModule, AgentsModule, TasksModule], async (context) => {
        const all = await context.get(HandlerStatsService).all();
        const handlers = all.map(({ blocked, ...stats }) => ({
          ...stats,
          inLine: blocked,
          orphaned: stats.pattern === undefined,
        }));
        print(json, { handlers }, table(HEADS, all.map(rowOf)));
      });
    })
    .addCommand(pauseCommand())
    .addCommand(resumeCommand());
}

function pauseCommand(): Command {
  return new Command('pause')
    .description('pause a handler in all processes until it is resumed; its events wait')
    .argument('<Class.method>', 'the handler')
    .option('--reason <text>', 'why, shown to other operators')
    .option('--json', 'print JSON')
    .action(async (handler: string, { reason }: { reason?: string }, command: Command) => {
      const { json } = command.optsWithGlobals<CommonOptions>(); // the option belongs to the parent command
      await withApp([OperationsModule], async (context) => {
        const paused = await context.get(HandlerOperations).pause(commandActor(), handler, reason);
        const since = `${paused.pausedAt.toISOString()} by ${paused.pausedBy}`;
        print(json, paused, [
          paused.already
            ? `${handler} is already paused since ${since}.`
            : `${handler} is paused within 5 s in all processes. Resume it with "hangar handlers resume ${handler}".`,
        ]);
      });
    });
}

function resumeCommand(): Command {
  return new Command('resume')
    .description('resume a paused handler')
    .argument('<Class.method>', 'the handler')
    .option('--json', 'print JSON')
    .action(async (handler: string, _options: CommonOptions, command: Command) => {
      const { json } = command.optsWithGlobals<CommonOptions>();
      await withApp([OperationsModule], async (context) => {
        const wasPaused = await context.get(HandlerOperations).resume(commandActor(), handler);
        print(json, { handler, wasPaused }, [
          wasPaused ? `${handler} resumes within 5 s.` : `${handler} was not paused.`,
        ]);
      });
    });
}

function rowOf(stats: HandlerStats): string[] {
  const { waiting, delayed, active, blocked, parked, deadLetters, pause } = stats;
  const counts = [waiting, delayed, active, blocked, parked, deadLetters].map(String);
  const paused = pause ? [`since ${pause.pausedAt.toISOString()} by ${pause.pausedBy}`, pause.reason] : [];
  const note = paused.filter((text) => typeof text === 'string').join(': ');
  return [stats.handler, stats.pattern ?? '(orphaned: not in this release)', ...counts, note];
}
