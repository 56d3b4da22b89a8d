import { Command, Option } from 'commander';
import {
  type AgentRunFilter,
  type AgentRunSummary,
  type AgentRunTimeline,
  RUN_STATES,
  type TimelineTurn,
} from '../agents/agent-run-pages.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { AgentOperations } from '../operations/agent.operations.js';
import { OperationsModule } from '../operations/operations.module.js';
import { listLimit, unknownName } from './arguments.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print, table } from './output.js';
import { withApp } from './service-context.js';

const MODULES = [OperationsModule];
const HEADS = ['ID', 'STATE', 'AGENT', 'TURNS', 'WORKSPACE', 'CREATED', 'LAST ACTIVITY'];

interface ListOptions extends CommonOptions {
  readonly state?: AgentRunFilter['state'];
  readonly connection?: string;
  readonly workspace?: string;
  readonly handler?: string;
  readonly search?: string;
  readonly limit: number;
  readonly before?: string;
}

/** `hangar agents`: lists, shows and stops the runs of the app's agent. */
export function agentsCommand(): Command {
  return new Command('agents')
    .description("list, show and stop the runs of the app's agent")
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(stopCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('list runs, newest first')
    .addOption(new Option('--state <state>', 'only in this state').choices(RUN_STATES))
    .option('--connection <id>', 'only of this connection')
    .option('--workspace <slug or id>', 'only of this workspace, also as connection/workspace')
    .option('--handler <Class.method>', 'only of this agent')
    .option('--search <id>', 'by a whole id (run, work item, prompt, delivery) or the reference that the user read')
    .option('--limit <count>', 'maximum number of runs', listLimit, 50)
    .option('--before <id>', 'only runs before this one: the next page of a list')
    .option('--json', 'print JSON')
    .action(async ({ json, limit, before, ...filter }: ListOptions) => {
      await withApp(MODULES, async (context) => {
        const { unknown, ...page } = await context.get(AgentOperations).list(filter, { limit, before });
        const [first] = unknown;
        if (first) throw unknownName(first.parameter, first.name, first.similar);
        const more = page.next === undefined ? [] : ['', `More results: --before ${page.next}`];
        const several = context.get(PlaneConnections).all.length > 1;
        print(json, page, [
          ...table(
            HEADS,
            page.runs.map((run) => rowOf(run, several)),
          ),
          ...more,
        ]);
      });
    });
}

/** @param several connections: the workspace is shown with its own */
function rowOf(run: AgentRunSummary, several: boolean): string[] {
  const { id, state, stopping, handler, turnCount, connectionId, workspaceId } = run;
  const workspace = several ? `${connectionId}/${workspaceId}` : workspaceId;
  const times = [run.createdAt, run.lastActivityAt].map((time) => time?.toISOString() ?? '');
  return [id, stopping ? `${state}, stopping` : state, handler ?? '', String(turnCount), workspace, ...times];
}

function showCommand(): Command {
  return new Command('show')
    .description('show a run with its prompts, attempts and activities')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: CommonOptions) => {
      await withApp(MODULES, async (context) => {
        const run = await context.get(AgentOperations).read(commandActor(), id);
        print(json, { run }, linesOf(run));
      });
    });
}

function linesOf({ turns, ...run }: AgentRunTimeline): string[] {
  const facts = Object.entries(run).filter(([, value]) => value !== null);
  const lines = facts.map(([name, value]) => `${name}: ${value instanceof Date ? value.toISOString() : String(value)}`);
  return [...lines, ...turns.flatMap((turn) => ['', ...turnLines(turn)])];
}

function turnLines(turn: TimelineTurn): string[] {
  const { id, prompt, state, outcome, reason, reference, receivedAt, stopRequestedAt, attempts, activities } = turn;
  const because = reason === null ? '' : `: ${reason}`;
  return [
    `turn ${id}  ${receivedAt.toISOString()}  ${outcome ?? state}${because}`,
    ...(reference === null ? [] : [`  reference  ${reference}`]),
    ...(stopRequestedAt ? [`  stop  ${stopRequestedAt.toISOString()}`] : []),
    `  prompt  ${prompt?.text ?? '(not known yet)'}`,
    ...attempts.map(
      ({ attempt, at, ms, outcome: ended, reason: why }) =>
        `  attempt ${attempt}  ${at}  ${ms} ms  ${ended}${why === undefined ? '' : `: ${why}`}`,
    ),
    ...activities.map(
      ({ type, status, sentAt, createdAt, text, error }) =>
        `  ${type}  ${(sentAt ?? createdAt).toISOString()}  ${status}${error === null ? '' : ` (${error})`}: ${text}`,
    ),
  ];
}

function stopCommand(): Command {
  return new Command('stop')
    .description('stop a run, as its user can; the next message of the user starts anew')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: CommonOptions) => {
      await withApp(MODULES, async (context) => {
        const turns = await context.get(AgentOperations).stop(commandActor(), id);
        print(json, { id, turns }, [`${turns} turn(s) of the run are stopped.`]);
      });
    });
}
