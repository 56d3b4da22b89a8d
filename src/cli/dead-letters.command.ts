import { Command } from 'commander';
import { OperationsModule } from '../operations/operations.module.js';
import { DeadLetterOperations } from '../operations/dead-letter.operations.js';
import { type DeadLetter, DeadLettersService } from '../queue/dead-letters.service.js';
import { QueueModule } from '../queue/queue.module.js';
import { wholeNumber } from './arguments.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print, table } from './output.js';
import { withServices } from './service-context.js';

const HEADS = ['ID', 'FAILED', 'HANDLER', 'DELIVERY', 'ERROR'];

interface LetterOptions extends CommonOptions {
  readonly handler?: string;
  readonly limit: number;
}

/** `hangar dead-letters`: the events whose handlers failed for the last time. */
export function deadLettersCommand(): Command {
  return new Command('dead-letters')
    .description('the events whose handlers failed for the last time')
    .addCommand(listCommand())
    .addCommand(redriveCommand());
}

function lettersCommand(name: string): Command {
  return new Command(name)
    .option('--handler <Class.method>', 'of this handler alone')
    .option('--limit <count>', 'how many, the newest first', wholeNumber, 1000)
    .option('--json', 'print JSON');
}

function listCommand(): Command {
  return lettersCommand('list')
    .description('the newest ones')
    .action(async ({ json, handler, limit }: LetterOptions) => {
      await withServices([QueueModule], async (context) => {
        const page = await context.get(DeadLettersService).page({ handler }, { limit });
        const deadLetters = page.letters;
        const lines = deadLetters.length === 0 ? ['There are none.'] : table(HEADS, deadLetters.map(rowOf));
        print(json, { deadLetters }, lines);
      });
    });
}

function redriveCommand(): Command {
  return lettersCommand('redrive')
    .description('give them back to their handlers, with all attempts before them')
    .argument('[ids...]', 'these alone')
    .option('--dry-run', 'count, and do nothing')
    .action(
      async (
        ids: string[],
        { json, handler, limit, dryRun = false }: LetterOptions & { dryRun?: boolean },
      ) => {
        await withServices([OperationsModule], async (context) => {
          const named = ids.length > 0 && { ids };
          const choice = { limit, ...named, ...(handler !== undefined && { handler }) };
          const actions = context.get(DeadLetterOperations);
          const redriven = await actions.redrive(commandActor(), choice, dryRun);
          print(json, { redriven, dryRun }, [
            `${redriven} dead letter(s) ${dryRun ? 'would be' : 'were'} given back to their handlers.`,
          ]);
        });
      },
    );
}

function rowOf({ id, failedAt, handler, data: { deliveryId }, error }: DeadLetter): string[] {
  return [id, failedAt.toISOString(), handler, typeof deliveryId === 'string' ? deliveryId : '', error ?? ''];
}
