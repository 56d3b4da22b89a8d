import { type INestApplicationContext } from '@nestjs/common';
import { Command, Option } from 'commander';
import { OperationsModule } from '../operations/operations.module.js';
import { DeliveryOperations } from '../operations/delivery.operations.js';
import { HandlersModule } from '../handlers/handlers.module.js';
import { InstallationsModule } from '../installations/installations.module.js';
import { InstallationsService } from '../installations/installations.service.js';
import { type DeliveryFilter, type DeliverySummary } from '../webhooks/deliveries/delivery-filter.js';
import { DeliveriesService, type PageOptions } from '../webhooks/deliveries/deliveries.service.js';
import { type DeliveryOutcome, OUTCOME_STATES } from '../webhooks/deliveries/outcome.js';
import { OutcomesService } from '../webhooks/deliveries/outcomes.service.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { date, wholeNumber, wrongUse } from './arguments.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print, table } from './output.js';
import { withServices } from './service-context.js';

const MODULES = [InstallationsModule, WebhooksModule, HandlersModule];
const HEADS = ['ID', 'RECEIVED', 'EVENT', 'WORKSPACE', 'ENTITY', 'STATES'];
const ACTING = [...MODULES, OperationsModule];

interface FilterOptions extends CommonOptions {
  readonly event?: string;
  readonly workspace?: string;
  readonly state?: DeliveryFilter['state'];
  readonly handler?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly text?: string;
}

/** `hangar deliveries`: the webhooks that were stored. */
export function deliveriesCommand(): Command {
  return new Command('deliveries')
    .description('the webhooks that were stored')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(replayCommand());
}

function filtered(name: string): Command {
  return new Command(name)
    .option('--event <name>', "Plane's v2 name, such as workitem.created")
    .option('--workspace <slug or id>', 'of one workspace')
    .addOption(
      new Option('--state <state>', 'what became of it at a handler').choices(['waiting', ...OUTCOME_STATES]),
    )
    .option('--since <time>', 'received then or later, such as 2026-01-31T09:00Z', date)
    .option('--until <time>', 'received before', date)
    .option(
      '--text <words or id>',
      'with these words, the last of them half typed and some in quotes where they stand so, or with this id',
    )
    .option('--json', 'print JSON');
}

function listCommand(): Command {
  return filtered('list')
    .description('the newest ones')
    .option(
      '--handler <Class.method>',
      'that this handler has taken up, or with --state is in that state there',
    )
    .option('--limit <count>', 'how many', wholeNumber, 50)
    .option('--before <id>', 'older than this one: goes on where a list ended')
    .action(async ({ json, limit, before, ...options }: FilterOptions & PageOptions) => {
      await withServices(MODULES, async (context) => {
        const filter = await filterOf(context, options);
        const page = await context.get(DeliveriesService).page(filter, { limit, before });
        const rows = page.deliveries.map(rowOf);
        const more = page.next === undefined ? [] : ['', `There are more: add --before ${page.next}`];
        print(json, page, rows.length === 0 ? ['There are none.'] : [...table(HEADS, rows), ...more]);
      });
    });
}

function rowOf({ id, receivedAt, eventName, workspaceId, entityId, outcomes }: DeliverySummary): string[] {
  const states = outcomes.map(({ handler, state }) => `${handler} ${state}`).join(', ');
  return [id, receivedAt.toISOString(), eventName, workspaceId, entityId ?? '', states];
}

function showCommand(): Command {
  return new Command('show')
    .description('one delivery, with its headers and body as they came')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: CommonOptions) => {
      await withServices(ACTING, async (context) => {
        const actions = context.get(DeliveryOperations);
        const { body, headers, ...delivery } = await actions.read(commandActor(), id);
        const outcomes = await context.get(OutcomesService).of(id);
        const text = body.toString();
        const lines = [...Object.entries({ ...delivery, ...headers }), ['', '']].map(([name, value]) =>
          value === '' ? '' : `${name}: ${value instanceof Date ? value.toISOString() : value}`,
        );
        const told = outcomes.flatMap(outcomeLines);
        print(json, { delivery: { ...delivery, headers, body: text }, outcomes }, [
          ...lines,
          ...told,
          '',
          text,
        ]);
      });
    });
}

/** What became of it at one handler: every attempt, and what the handler logged. */
function outcomeLines({ handler, state, attempts, log, foldedInto }: DeliveryOutcome): string[] {
  const into = foldedInto === null ? '' : ` into ${foldedInto}, which told of the same change`;
  return [
    `${handler}: ${state}${into}`,
    ...attempts.map(
      ({ attempt, at, ms, outcome, reason }) =>
        `  attempt ${attempt}  ${at}  ${ms} ms  ${outcome}${reason === undefined ? '' : `: ${reason}`}`,
    ),
    ...log.map(
      ({ at, level, message, fields }) =>
        `  log  ${at}  ${level}  ${message}${fields ? ` ${JSON.stringify(fields)}` : ''}`,
    ),
  ];
}

function replayCommand(): Command {
  return filtered('replay')
    .description('hand stored deliveries to their handlers again: one by its id, or those of a filter')
    .argument('[id]')
    .option('--handler <Class.method>', 'to this handler alone')
    .option('--dry-run', 'count, and do nothing')
    .action(
      async (id: string | undefined, options: FilterOptions & { handler?: string; dryRun?: boolean }) => {
        const { json, handler, dryRun = false, ...rest } = options;
        await withServices(ACTING, async (context) => {
          if (id === undefined && Object.keys(rest).length === 0) throw wrongUse(NEITHER);
          const wanted = rest.state !== undefined && handler !== undefined ? { ...rest, handler } : rest;
          const filter = id === undefined ? await filterOf(context, wanted) : { id };
          const actions = context.get(DeliveryOperations);
          const replay = await actions.replay(commandActor(), filter, handler, dryRun);
          const would = dryRun ? 'would be' : 'were';
          const { deliveries, jobs } = replay;
          print(json, { ...replay, dryRun }, [
            `${deliveries} delivery(s) ${would} handed to their handlers: ${jobs} run(s).`,
          ]);
        });
      },
    );
}

const NEITHER = 'Name a delivery, or a filter: --event, --workspace, --state, --since, --until, --text.';

async function filterOf(
  context: INestApplicationContext,
  { event, workspace, state, handler, since, until, text }: FilterOptions,
): Promise<DeliveryFilter> {
  const workspaceId = workspace && (await context.get(InstallationsService).workspaceIdOf(workspace));
  return {
    ...(event !== undefined && { event }),
    ...(workspaceId !== undefined && { workspaceId }),
    ...(state !== undefined && { state }),
    ...(handler !== undefined && { handler }),
    ...(since && { since }),
    ...(until && { until }),
    ...(text !== undefined && { text }),
  };
}
