import { Get, Param, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { AuditedRead } from '../../identity/access/audited-read.decorator.js';
import { CurrentOperator, type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { TaskOperations } from '../../operations/task.operations.js';
import { ConsolePage, SeeOther } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { LiveStreamsService } from '../live/live-streams.service.js';
import { STATE_ID, stateView, taskDataView, taskView } from './task.view.js';

/** `/console/tasks/<id>`: one task. */
@ConsoleRoutes('/tasks/:id', 'viewer')
export class TaskController {
  constructor(
    private readonly operations: TaskOperations,
    private readonly streams: LiveStreamsService,
  ) {}

  @Get()
  async show(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const task = await this.operations.show(id);
    return new ConsolePage('tasks', `Task ${task.name}`, taskView(task, operator));
  }

  /** Changes of the state and the runs (server-sent events). */
  @Get('live')
  async live(@Param('id') id: string, @Req() request: OperatorRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.streams.open(request, reply, async () => {
      const task = await this.operations.show(id);
      return [{ id: STATE_ID, version: JSON.stringify([task.state, task.attempts]), html: stateView(task) }];
    });
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
