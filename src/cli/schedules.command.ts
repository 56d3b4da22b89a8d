import { Command } from 'commander';
import { OperationsModule } from '../operations/operations.module.js';
import { TaskOperations } from '../operations/task.operations.js';
import { type ListedSchedule } from '../tasks/task-admin.service.js';
import { type CommonOptions, print, table } from './output.js';
import { withApp } from './service-context.js';

const HEADS = ['HANDLER', 'CRON', 'TIME ZONE', 'EACH', 'NEXT', 'LAST'];

/** `hangar schedules`: lists the schedules. */
export function schedulesCommand(): Command {
  return new Command('schedules').description('list schedules: methods with @OnSchedule').addCommand(listCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('list schedules with their next and last occurrence')
    .option('--json', 'print JSON')
    .action(async ({ json }: CommonOptions) => {
      await withApp([OperationsModule], async (context) => {
        const schedules = await context.get(TaskOperations).schedules();
        print(json, { schedules }, table(HEADS, schedules.map(rowOf)));
      });
    });
}

function rowOf({ handler, cron, timeZone, each, nextAt, lastAt, orphaned }: ListedSchedule): string[] {
  const none = orphaned ? '(orphaned: not in this release)' : '(once a scheduler has started)';
  return [handler, cron, timeZone, each, nextAt?.toISOString() ?? none, lastAt?.toISOString() ?? ''];
}
