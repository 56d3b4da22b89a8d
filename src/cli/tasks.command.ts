import { Command, Option } from 'commander';
import { OperationsModule } from '../operations/operations.module.js';
import { TaskOperations } from '../operations/task.operations.js';
import { TASK_STATES, type TaskFilter, type TaskSummary } from '../tasks/task-pages.js';
import { type TaskDetails } from '../tasks/task-admin.service.js';
import { listLimit, unknownName } from './arguments.js';
import { commandActor } from './command-actor.js';
import { attemptLines, type CommonOptions, print, table } from './output.js';
import { withApp } from './service-context.js';

const MODULES = [OperationsModule];
const HEADS = ['ID', 'STATE', 'TASK', 'DUE', 'KEY', 'WORKSPACE', 'ATTEMPTS', 'REASON'];

interface ListOptions extends CommonOptions {
  readonly state?: TaskFilter['state'];
  readonly name?: string;
  readonly workspace?: string;
  readonly key?: string;
  readonly orphaned?: boolean;
  readonly limit: number;
  readonly before?: string;
}

/** `hangar tasks`: lists, shows and cancels tasks. */
export function tasksCommand(): Command {
  return new Command('tasks')
    .description('list, show and cancel tasks that run at a time')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(cancelCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('list tasks, the last scheduled first')
    .addOption(new Option('--state <state>', 'only in this state').choices(TASK_STATES))
    .option('--name <task>', 'only of this @OnTask, or of schedule/Class.method')
    .option('--workspace <slug or id>', 'only of this workspace')
    .option('--key <key>', 'only with this key')
    .option('--orphaned', 'only those that wait for a method which this release does not have')
    .option('--limit <count>', 'maximum number of tasks', listLimit, 50)
    .option('--before <id>', 'only tasks before this one: the next page of a list')
    .option('--json', 'print JSON')
    .action(async ({ json, limit, before, ...filter }: ListOptions) => {
      await withApp(MODULES, async (context) => {
        const page = { limit, ...(before !== undefined && { before }) };
        const { unknown, ...found } = await context.get(TaskOperations).list(filter, page);
        const [first] = unknown;
        if (first) throw unknownName(first.parameter, first.name, first.similar);
        const more = found.next === undefined ? [] : ['', `More results: --before ${found.next}`];
        print(json, found, [...table(HEADS, found.tasks.map(rowOf)), ...more]);
      });
    });
}

function rowOf({ id, state, name, dueAt, key, workspaceId, attemptCount, reason }: TaskSummary): string[] {
  return [id, state, name, dueAt.toISOString(), key ?? '', workspaceId ?? '', String(attemptCount), reason ?? ''];
}

function showCommand(): Command {
  return new Command('show')
    .description('show a task with its data, attempts and log')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: CommonOptions) => {
      await withApp(MODULES, async (context) => {
        const task = await context.get(TaskOperations).read(commandActor(), id);
        print(json, { task }, linesOf(task));
      });
    });
}

function linesOf({ attempts, log, data, ...task }: TaskDetails): string[] {
  const facts = Object.entries(task).filter(([, value]) => value !== null);
  return [
    ...facts.map(([name, value]) => `${name}: ${value instanceof Date ? value.toISOString() : String(value)}`),
    `data: ${JSON.stringify(data)}`,
    ...attempts.flatMap(attemptLines),
    ...log.map(({ at, level, message }) => `  ${at}  ${level}  ${message}`),
  ];
}

function cancelCommand(): Command {
  return new Command('cancel')
    .description('cancel a task that has not started')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: CommonOptions) => {
      await withApp(MODULES, async (context) => {
        await context.get(TaskOperations).cancel(commandActor(), id);
        print(json, { id, cancelled: true }, [`The task ${id} is cancelled.`]);
      });
    });
}
