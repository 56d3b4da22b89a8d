import { Command } from 'commander';
import { OperationsModule } from '../operations/operations.module.js';
import { HandlerOperations } from '../operations/handler.operations.js';
import { HandlersModule } from '../handlers/handlers.module.js';
import { type HandlerStats, HandlerStatsService } from '../webhooks/pauses/handler-stats.service.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print, table } from './output.js';
import { withServices } from './service-context.js';

const COUNTS = ['WAITING', 'DELAYED', 'RUNNING', 'IN LINE', 'PARKED', 'DEAD LETTERS'];
const HEADS = ['HANDLER', 'EVENT', ...COUNTS, 'PAUSED'];

/** `hangar handlers`: what each handler listens to, and how much it has before it; pauses one and resumes it. */
export function handlersCommand(): Command {
  return new Command('handlers')
    .description('what each handler listens to, and how much it has before it')
    .option('--json', 'print JSON')
    .action(async ({ json }: CommonOptions) => {
      await withServices([WebhooksModule, HandlersModule], async (context) => {
        const levels = await context.get(HandlerStatsService).all();
        const handlers = levels.map(({ blocked, ...stats }) => ({
          ...stats,
          inLine: blocked,
          orphaned: stats.pattern === undefined,
        }));
        const lines = levels.length === 0 ? ['There are none.'] : table(HEADS, levels.map(rowOf));
        print(json, { handlers }, lines);
      });
    })
    .addCommand(pauseCommand())
    .addCommand(resumeCommand());
}

function pauseCommand(): Command {
  return new Command('pause')
    .description('have a handler take nothing new, in all processes, until it is resumed; its events wait')
    .argument('<Class.method>', 'the handler')
    .option('--reason <text>', 'why, for whoever finds it paused')
    .option('--json', 'print JSON')
    .action(async (handler: string, { reason }: { reason?: string }, command: Command) => {
      const { json } = command.optsWithGlobals<CommonOptions>(); // `handlers` has --json too, and takes it
      await withServices([OperationsModule, HandlersModule], async (context) => {
        const paused = await context.get(HandlerOperations).pause(commandActor(), handler, reason);
        const since = `${paused.pausedAt.toISOString()} by ${paused.pausedBy}`;
        print(json, paused, [
          paused.already
            ? `${handler} has been paused before, at ${since}; it stays so.`
            : `${handler} takes nothing new within 5 s, in any process. "hangar handlers resume ${handler}" ends it.`,
        ]);
      });
    });
}

function resumeCommand(): Command {
  return new Command('resume')
    .description('have a paused handler take up its work again')
    .argument('<Class.method>', 'the handler')
    .option('--json', 'print JSON')
    .action(async (handler: string, _options: CommonOptions, command: Command) => {
      const { json } = command.optsWithGlobals<CommonOptions>();
      await withServices([OperationsModule, HandlersModule], async (context) => {
        const wasPaused = await context.get(HandlerOperations).resume(commandActor(), handler);
        print(json, { handler, wasPaused }, [
          wasPaused ? `${handler} takes up its work within 5 s.` : `${handler} was not paused.`,
        ]);
      });
    });
}

function rowOf(level: HandlerStats): string[] {
  const { waiting, delayed, active, blocked, parked, deadLetters, pause } = level;
  const counts = [waiting, delayed, active, blocked, parked, deadLetters].map(String);
  const paused = pause ? [`since ${pause.pausedAt.toISOString()} by ${pause.pausedBy}`, pause.reason] : [];
  const told = paused.filter((text) => typeof text === 'string').join(': ');
  return [level.handler, level.pattern ?? '(orphaned: not in this release)', ...counts, told];
}
