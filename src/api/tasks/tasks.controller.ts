import { Get, Param, Post, Query } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { AuditedRead } from '../../identity/access/audited-read.decorator.js';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { includesRole } from '../../identity/operator-role.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { TaskOperations } from '../../operations/task.operations.js';
import { taskNotCancellable, taskNotFound } from '../../tasks/task.errors.js';
import { requireKnown } from '../http/api.errors.js';
import { ApiController, ApiId } from '../http/api-controller.decorator.js';
import { cursorOf, type Page, positionOf } from '../http/cursor.js';
import { pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { TaskDetailsDto, TaskDto, TasksQuery } from './task.dto.js';

const ID = '0197b6a2-3c00-7d1e-9b2f-4a6c8e0f2d41';
const TaskId = ApiId('The id of the task', ID);

/** Tasks that run at a time. */
@ApiController('tasks')
export class TasksController {
  constructor(private readonly operations: TaskOperations) {}

  @Get()
  @Route({
    id: 'listTasks',
    role: 'viewer',
    summary: 'List the tasks, the last scheduled first',
    description: 'Runs of schedules included. Ended ones are listed for a week.',
    query: true,
    response: pageDto('TasksPage', TaskDto),
  })
  async list(@Query() { limit, cursor, ...filter }: TasksQuery): Promise<Page<TaskDto>> {
    const before = positionOf(cursor, isUuid);
    const page = { limit, ...(before !== undefined && { before }) };
    const { tasks, next, unknown } = await this.operations.list(filter, page);
    requireKnown(unknown);
    return { items: tasks.map(TaskDto.of), ...(next !== undefined && { next: cursorOf(next) }) };
  }

  @Get(':id')
  @AuditedRead()
  @TaskId
  @Route({
    id: 'getTask',
    role: 'viewer',
    summary: 'Get one task with its runs',
    description: 'For operators and admins with its data and log. Their requests are audited as reads of it.',
    response: TaskDetailsDto,
    errors: [taskNotFound(ID)],
  })
  async get(@CurrentOperator() operator: Operator, @Param('id') id: string): Promise<TaskDetailsDto> {
    const mayRead = operator.role !== undefined && includesRole(operator.role, 'operator');
    const task = await (mayRead ? this.operations.read(actorOf(operator), id) : this.operations.show(id));
    return TaskDetailsDto.from(task, mayRead);
  }

  @Post(':id/cancel')
  @TaskId
  @Route({
    id: 'cancelTask',
    role: 'operator',
    summary: 'Cancel a task that has not started',
    idempotent: true,
    errors: [taskNotFound(ID), taskNotCancellable(ID, 'running')],
  })
  async cancel(@CurrentOperator() operator: Operator, @Param('id') id: string): Promise<void> {
    await this.operations.cancel(actorOf(operator), id);
  }
}
