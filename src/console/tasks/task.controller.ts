import { Get, Param, Post } from '@nestjs/common';
import { AuditedRead } from '../../identity/access/audited-read.decorator.js';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { TaskOperations } from '../../operations/task.operations.js';
import { ConsolePage, SeeOther } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { taskDataView, taskView } from './task.view.js';

/** `/console/tasks/<id>`: one task. */
@ConsoleRoutes('/tasks/:id', 'viewer')
export class TaskController {
  constructor(private readonly operations: TaskOperations) {}

  @Get()
  async show(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const task = await this.operations.show(id);
    return new ConsolePage('tasks', `Task ${task.name}`, taskView(task, operator));
  }

  /** What the app stored and logged: the read is audited. */
  @Get('data')
  @AuditedRead()
  @RequiresRole('operator')
  async data(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const task = await this.operations.read(actorOf(operator), id);
    return new ConsolePage('tasks', `Data of task ${task.name}`, taskDataView(task));
  }

  @Post('cancel')
  @RequiresRole('operator')
  async cancel(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<SeeOther> {
    await this.operations.cancel(actorOf(operator), id);
    return SeeOther.done(`/console/tasks/${id}`, 'The task is cancelled.');
  }
}
