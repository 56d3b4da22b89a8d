import { Get, Query } from '@nestjs/common';
import { InstallationsService } from '../../installations/installations.service.js';
import { TaskOperations } from '../../operations/task.operations.js';
import { TASK_STATES } from '../../tasks/task-pages.js';
import { ConsolePage } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { choiceIn, givenOf, type RawQuery, textIn } from '../parts/query.js';
import { tasksView } from './tasks.view.js';

const PAGE_SIZE = 25;
/** The parameters of the list, as its form and links name them. */
const PARAMETERS = ['state', 'name', 'workspace', 'key', 'orphaned', 'before'];

/** `/console/tasks`: the schedules, and the list of tasks. */
@ConsoleRoutes('/tasks', 'viewer')
export class TasksController {
  constructor(
    private readonly operations: TaskOperations,
    private readonly installations: InstallationsService,
  ) {}

  @Get()
  async list(@Query() query: RawQuery): Promise<ConsolePage> {
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
    const view = tasksView({
      // Without the unknown state the filter would match too much.
      ...(unknown.length > 0 ? { tasks: [] } : found),
      schedules,
      given: givenOf(query, PARAMETERS),
      unknown: [...unknown, ...found.unknown],
      workspaces: new Map(installations.map((each) => [each.workspaceId, each.workspaceSlug])),
      now: new Date(),
    });
    return new ConsolePage('tasks', 'Tasks', view);
  }
}
