import { type INestApplicationContext } from '@nestjs/common';
import { Command, Option } from 'commander';
import { PlaneConnections } from '../config/plane-connections.js';
import { OperationsModule } from '../operations/operations.module.js';
import { DeliverySearchService } from '../operations/delivery-search.service.js';
import { DeliveryOperations } from '../operations/delivery.operations.js';
import { type DeliveryFilter, type DeliverySummary } from '../webhooks/deliveries/delivery-filter.js';
import { DeliveriesService, type PageOptions } from '../webhooks/deliveries/deliveries.service.js';
import { type DeliveryOutcome, OUTCOME_STATES } from '../webhooks/deliveries/outcome.js';
import { OutcomesService } from '../webhooks/deliveries/outcomes.service.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { date, invalidArguments, listLimit, unknownName } from './arguments.js';
import { commandActor } from './command-actor.js';
import { attemptLines, type CommonOptions, print, table } from './output.js';
import { withApp } from './service-context.js';

const HEADS = ['ID', 'RECEIVED', 'EVENT', 'WORKSPACE', 'ENTITY', 'STATES'];
const OPERATING = [WebhooksModule, OperationsModule];

interface FilterOptions extends CommonOptions {
  readonly event?: string;
  readonly workspace?: string;
  readonly connection?: string;
  readonly state?: DeliveryFilter['state'];
  readonly handler?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly text?: string;
}

/** `hangar deliveries`: lists, shows and replays stored webhooks. */
export function deliveriesCommand(): Command {
  return new Command('deliveries')
    .description('list, show and replay stored webhooks')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(replayCommand());
}

function filtered(name: string): Command {
  return new Command(name)
    .option('--event <name>', "only events of this name (Plane's v2 names), such as workitem.created")
    .option('--workspace <slug or id>', 'only of this workspace')
    .option('--connection <id>', 'only of this connection to Plane')
    .addOption(new Option('--state <state>', 'only in this state at a handler').choices(['waiting', ...OUTCOME_STATES]))
    .option('--since <time>', 'received at or after this time, such as 2026-01-31T09:00Z or 1h (an hour ago)', date)
    .option('--until <time>', 'received before this time', date)
    .option(
      '--text <words or id>',
      'containing these words (the last one may be a prefix; quote exact phrases), or this id',
    )
    .option('--json', 'print JSON');
}

function listCommand(): Command {
  return filtered('list')
    .description('list deliveries, newest first')
    .option(
      '--handler <Class.method>',
      'only those that this handler has started, or with --state those in that state there; a class means all of its methods',
    )
    .option('--limit <count>', 'maximum number of deliveries', listLimit, 50)
    .option('--before <id>', 'only deliveries before this one: the next page of a list')
    .action(async ({ json, limit, before, ...options }: FilterOptions & PageOptions) => {
      await withApp(OPERATING, async (context) => {
        const filter = await filterOf(context, options);
        const page = await context.get(DeliveriesService).page(filter, { limit, before });
        const several = context.get(PlaneConnections).all.length > 1;
        const rows = page.deliveries.map((each) => rowOf(each, several));
        const more = page.next === undefined ? [] : ['', `More results: --before ${page.next}`];
        print(json, page, [...table(HEADS, rows), ...more]);
      });
    });
}

function rowOf(delivery: DeliverySummary, severalConnections: boolean): string[] {
  const { id, receivedAt, eventName, connectionId, workspaceId, entityId, outcomes } = delivery;
  const states = outcomes.map(({ handler, state }) => `${handler} ${state}`).join(', ');
  const workspace = severalConnections ? `${connectionId}/${workspaceId}` : workspaceId;
  return [id, receivedAt.toISOString(), eventName, workspace, entityId ?? '', states];
}

function showCommand(): Command {
  return new Command('show')
    .description('show a delivery with its original headers and body')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: CommonOptions) => {
      await withApp(OPERATING, async (context) => {
        const operations = context.get(DeliveryOperations);
        const { body, headers, ...delivery } = await operations.read(commandActor(), id);
        const outcomes = await context.get(OutcomesService).of(id);
        const text = body.toString();
        const lines = [...Object.entries({ ...delivery, ...headers }), ['', '']].map(([name, value]) =>
          value === '' ? '' : `${name}: ${value instanceof Date ? value.toISOString() : value}`,
        );
        const report = [...lines, ...outcomes.flatMap(outcomeLines), '', text];
        print(json, { delivery: { ...delivery, headers, body: text }, outcomes }, report);
      });
    });
}

/** The outcome at one handler: every attempt, and the handler's log. */
function outcomeLines({ handler, state, attempts, log, foldedInto }: DeliveryOutcome): string[] {
  const into = foldedInto === null ? '' : ` into ${foldedInto}, which reports the same change`;
  return [
    `${handler}: ${state}${into}`,
    ...attempts.flatMap(attemptLines),
    ...log.map(
      ({ at, level, message, fields }) =>
        `  log  ${at}  ${level}  ${message}${fields ? ` ${JSON.stringify(fields)}` : ''}`,
    ),
  ];
}

function replayCommand(): Command {
  return filtered('replay')
    .description('run the handlers of stored deliveries again: of one by its id, or of a filter')
    .argument('[id]')
    .option('--handler <Class.method>', 'only this handler; a class means all of its methods')
    .option('--dry-run', 'only count')
    .action(async (id: string | undefined, options: FilterOptions & { handler?: string; dryRun?: boolean }) => {
      const { json, handler, dryRun = false, ...rest } = options;
      await withApp(OPERATING, async (context) => {
        if (id === undefined && Object.keys(rest).length === 0) throw invalidArguments(NOTHING_SELECTED);
        const wanted = rest.state !== undefined && handler !== undefined ? { ...rest, handler } : rest;
        const filter = id === undefined ? await filterOf(context, wanted) : { id };
        const operations = context.get(DeliveryOperations);
        const replay = await operations.replay(commandActor(), filter, handler, dryRun);
        const would = dryRun ? 'would be' : 'were';
        const { deliveries, jobs } = replay;
        print(json, { ...replay, dryRun }, [`${deliveries} delivery(s) ${would} replayed: ${jobs} handler run(s).`]);
      });
    });
}

const NOTHING_SELECTED =
  'Specify a delivery id or a filter: --event, --workspace, --connection, --state, --since, --until, --text.';

/** @throws {DomainError} `wrong_use` for an unknown event, handler, workspace or connection, or an empty text */
async function filterOf(context: INestApplicationContext, options: FilterOptions): Promise<DeliveryFilter> {
  const { event, workspace, connection, state, handler, since, until, text } = options;
  if (text?.trim() === '') throw invalidArguments('--text is empty: it would select everything.');
  const input = { event, workspace, connection, state, handler, since, until, text };
  const { filter, unknown } = await context.get(DeliverySearchService).resolve(input);
  const [first] = unknown;
  if (first) throw unknownName(first.parameter, first.name, first.similar, first.known);
  return filter;
}
