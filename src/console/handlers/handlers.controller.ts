import { Body, Get, Param, Post } from '@nestjs/common';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { HandlerOperations } from '../../operations/handler.operations.js';
import { ConsolePage, SeeOther } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { type RawQuery, textIn } from '../parts/query.js';
import { handlerView } from './handler.view.js';
import { handlerPath, handlersView } from './handlers.view.js';

/** `/console/handlers`: the handlers, and pausing and resuming them. */
@ConsoleRoutes('/handlers', 'viewer')
export class HandlersController {
  constructor(private readonly operations: HandlerOperations) {}

  @Get()
  async list(@CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const view = handlersView(await this.operations.list(), operator);
    return new ConsolePage('handlers', 'Handlers', view);
  }

  @Get(':handler')
  async show(@Param('handler') handler: string, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const { stats } = await this.operations.require(handler);
    return new ConsolePage('handlers', handler, handlerView(stats, operator));
  }

  @Post(':handler/pause')
  @RequiresRole('operator')
  async pause(
    @Param('handler') handler: string,
    @Body() body: RawQuery,
    @CurrentOperator() operator: Operator,
  ): Promise<SeeOther> {
    await this.operations.pause(actorOf(operator), handler, textIn(body, 'reason'));
    return SeeOther.done(handlerPath(handler), `${handler} is paused.`);
  }

  @Post(':handler/resume')
  @RequiresRole('operator')
  async resume(
    @Param('handler') handler: string,
    @Body() body: RawQuery,
    @CurrentOperator() operator: Operator,
  ): Promise<SeeOther> {
    await this.operations.resume(actorOf(operator), handler);
    const path = textIn(body, 'to') === '/console/handlers' ? '/console/handlers' : handlerPath(handler);
    return SeeOther.done(path, `${handler} is resumed.`);
  }
}
