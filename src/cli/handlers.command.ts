import { Command } from 'commander';
import { HandlersModule } from '../handlers/handlers.module.js';
import { type HandlerLevel, HandlerLevelsService } from '../webhooks/subscriptions/handler-levels.service.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { type CommonOptions, print, table } from './output.js';
import { withServices } from './service-context.js';

const HEADS = ['HANDLER', 'EVENT', 'WAITING', 'DELAYED', 'RUNNING', 'IN LINE', 'PARKED', 'DEAD LETTERS'];

/** `hangar handlers`: what each handler listens to, and how much it has before it. */
export function handlersCommand(): Command {
  return new Command('handlers')
    .description('what each handler listens to, and how much it has before it')
    .option('--json', 'print JSON')
    .action(async ({ json }: CommonOptions) => {
      await withServices([WebhooksModule, HandlersModule], async (context) => {
        const levels = await context.get(HandlerLevelsService).all();
        const handlers = levels.map((level) => ({ ...level, orphaned: level.pattern === undefined }));
        const lines = levels.length === 0 ? ['There are none.'] : table(HEADS, levels.map(rowOf));
        print(json, { handlers }, lines);
      });
    });
}

function rowOf(level: HandlerLevel): string[] {
  const { waiting, delayed, active, inLine, parked, deadLetters } = level;
  const counts = [waiting, delayed, active, inLine, parked, deadLetters].map(String);
  return [level.handler, level.pattern ?? '(orphaned: not in this release)', ...counts];
}
