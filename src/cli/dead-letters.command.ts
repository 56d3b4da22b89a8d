import { type INestApplicationContext } from '@nestjs/common';
import { Command } from 'commander';
import { AgentsModule } from '../agents/agents.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { DeadLetterOperations } from '../operations/dead-letter.operations.js';
import { type DeadLetter, DeadLettersService } from '../queue/dead-letters.service.js';
import { QueueModule } from '../queue/queue.module.js';
import { isChosen } from '../webhooks/discovery/handler-choice.js';
import { HandlerStatsService } from '../webhooks/pauses/handler-stats.service.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { invalidArguments, requireKnown, wholeNumber } from './arguments.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print, table } from './output.js';
import { withApp, withServices } from './service-context.js';

const KNOWING_HANDLERS = [QueueModule, WebhooksModule, AgentsModule, TasksModule];
const HEADS = ['ID', 'FAILED', 'HANDLER', 'DELIVERY', 'ERROR', 'AT'];

interface LetterOptions extends CommonOptions {
  readonly handler?: string;
  readonly limit: number;
}

interface RedriveOptions extends LetterOptions {
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

/** `hangar dead-letters`: events whose last attempt failed. */
export function deadLettersCommand(): Command {
  return new Command('dead-letters')
    .description('list and redrive events whose last attempt failed')
    .addCommand(listCommand())
    .addCommand(redriveCommand());
}

function lettersCommand(name: string): Command {
  return new Command(name)
    .option('--handler <Class.method>', 'only of this handler; a class means all of its methods')
    .option('--limit <count>', 'maximum number, newest first', wholeNumber, 1000)
    .option('--json', 'print JSON');
}

function listCommand(): Command {
  return lettersCommand('list')
    .description('list dead letters, newest first')
    .action(async ({ json, handler, limit }: LetterOptions) => {
      const run = handler === undefined ? withServices : withApp;
      await run(handler === undefined ? [QueueModule] : KNOWING_HANDLERS, async (context) => {
        await requireHandler(context, handler);
        const page = await context.get(DeadLettersService).page({ handler }, { limit });
        const deadLetters = page.letters;
        print(json, { deadLetters }, table(HEADS, deadLetters.map(rowOf)));
      });
    });
}

function redriveCommand(): Command {
  return lettersCommand('redrive')
    .description('return dead letters to their handlers, with all attempts again')
    .argument('[ids...]', 'only these dead letters')
    .option('--all', 'the dead letters of all handlers')
    .option('--dry-run', 'only count')
    .action(async (ids: string[], { json, handler, limit, all = false, dryRun = false }: RedriveOptions) => {
      requireChoice(ids.length > 0 || handler !== undefined, all);
      await withApp([OperationsModule, ...KNOWING_HANDLERS], async (context) => {
        await requireHandler(context, handler);
        const choice = { limit, ...(ids.length > 0 && { ids }), ...(handler !== undefined && { handler }) };
        const operations = context.get(DeadLetterOperations);
        const redriven = await operations.redrive(commandActor(), choice, dryRun);
        print(json, { redriven, dryRun }, [
          `${redriven} dead letter(s) ${dryRun ? 'would be' : 'were'} returned to their handlers.`,
        ]);
      });
    });
}

/** @throws {DomainError} `wrong_use` */
function requireChoice(filtered: boolean, all: boolean): void {
  if (!filtered && !all)
    throw invalidArguments(
      'Specify ids of dead letters, --handler <Class.method>, or --all for those of all handlers.',
    );
  if (filtered && all) throw invalidArguments('--all redrives everything: leave out the ids and --handler.');
}

/** Handlers of former releases are known as long as they have jobs. */
async function requireHandler(context: INestApplicationContext, handler: string | undefined): Promise<void> {
  if (handler === undefined) return;
  const known = (await context.get(HandlerStatsService).all()).map((stats) => stats.handler);
  if (!known.some((id) => isChosen(id, handler))) requireKnown('--handler', handler, known);
}

function rowOf({ id, failedAt, handler, data: { deliveryId }, error, frames }: DeadLetter): string[] {
  const delivery = typeof deliveryId === 'string' ? deliveryId : '';
  return [id, failedAt.toISOString(), handler, delivery, error ?? '', frames[0] ?? ''];
}
