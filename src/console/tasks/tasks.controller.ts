import { Get, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { TaskOperations } from '../../operations/task.operations.js';
import { TASK_STATES } from '../../tasks/task-pages.js';
import { ConsolePage } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { LiveStreamsService } from '../live/live-streams.service.js';
import { choiceIn, givenOf, type RawQuery, textIn } from '../parts/query.js';
import { type TaskList, taskRowView, tasksView } from './tasks.view.js';

const PAGE_SIZE = 25;
/** The parameters of the list, as its form and links name them. */
const PARAMETERS = ['state', 'name', 'workspace', 'key', 'orphaned', 'before'];

/** `/console/tasks`: the schedules, and the list of tasks. */
@ConsoleRoutes('/tasks', 'viewer')
export class TasksController {
  constructor(
    private readonly operations: TaskOperations,
    private readonly installations: InstallationsService,
    private readonly streams: LiveStreamsService,
  ) {}

  @Get()
  async list(@Query() query: RawQuery): Promise<ConsolePage> {
    return new ConsolePage('tasks', 'Tasks', tasksView(await this.read(query)));
  }

  /** New and changed rows (server-sent events). */
  @Get('live')
  async live(@Query() query: RawQuery, @Req() request: OperatorRequest, @Res() reply: FastifyReply): Promise<void> {
    const { before: _, ...firstPage } = query;
    await this.streams.open(request, reply, async () => {
      const { tasks, workspaces, now } = await this.read(firstPage);
      return tasks.map((task) => ({
        id: `task-${task.id}`,
        version: JSON.stringify(task),
        html: taskRowView(task, workspaces, now),
      }));
    });
  }

  private async read(query: RawQuery): Promise<TaskList> {
    const { value: state, unknown } = choiceIn(query, 'state', TASK_STATES);
    const given = {
      state,
      name: textIn(query, 'name'),
      workspace: textIn(query, 'workspace'),
      key: textIn(query, 'key'),
      orphaned: textIn(query, 'orphaned') === undefined ? undefined : true,
    };
    const before = textIn(query, 'before');
    const [found, schedules, installations] = await Promise.all([
      this.operations.list(given, { limit: PAGE_SIZE, before }),
      this.operations.schedules(),
      this.installations.all(),
    ]);
    return {
      // Without the unknown state the filter would match too much.
      ...(unknown.length > 0 ? { tasks: [] } : found),
      schedules,
      given: givenOf(query, PARAMETERS),
      unknown: [...unknown, ...found.unknown],
      workspaces: new Map(installations.map((each) => [each.workspaceId, each.workspaceSlug])),
      now: new Date(),
    };
  }
}
