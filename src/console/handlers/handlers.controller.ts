import { Body, Get, NotFoundException, Param, Post } from '@nestjs/common';
import { ActivityLogService } from '../../activity/activity-log.service.js';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { HandlerStatsService } from '../../webhooks/pauses/handler-stats.service.js';
import { HandlerOperations } from '../../operations/handler.operations.js';
import { ConsolePage } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { SeeOther } from '../frame/see-other.js';
import { type RawQuery, textIn } from '../parts/query.js';
import { handlerView } from './handler.view.js';
import { handlerPath, handlersView } from './handlers.view.js';

const RATE_MINUTES = 5;

/** `/console/handlers`: what each has before it, and how it is paused. */
@ConsoleRoutes('/handlers', 'viewer')
export class HandlersController {
  constructor(
    private readonly levels: HandlerStatsService,
    private readonly activity: ActivityLogService,
    private readonly actions: HandlerOperations,
  ) {}

  @Get()
  async list(@CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const [levels, rates] = await Promise.all([
      this.levels.all(),
      this.activity.ratesByHandler(RATE_MINUTES),
    ]);
    const byHandler = new Map(rates.map((rate) => [rate.handler, rate]));
    return new ConsolePage('handlers', 'Handlers', handlersView(levels, byHandler, operator));
  }

  @Get(':handler')
  async show(@Param('handler') handler: string, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const level = (await this.levels.all()).find((each) => each.handler === handler);
    if (!level) throw new NotFoundException(`There is no handler ${handler}, and nothing is kept for one.`);
    return new ConsolePage('handlers', handler, handlerView(level, operator));
  }

  @Post(':handler/pause')
  @RequiresRole('operator')
  async pause(
    @Param('handler') handler: string,
    @Body() body: RawQuery,
    @CurrentOperator() operator: Operator,
  ): Promise<SeeOther> {
    await this.actions.pause(actorOf(operator), handler, textIn(body, 'reason'));
    return SeeOther.done(handlerPath(handler), `${handler} is paused: it takes nothing new.`);
  }

  @Post(':handler/resume')
  @RequiresRole('operator')
  async resume(
    @Param('handler') handler: string,
    @Body() body: RawQuery,
    @CurrentOperator() operator: Operator,
  ): Promise<SeeOther> {
    await this.actions.resume(actorOf(operator), handler);
    const path = textIn(body, 'to') === '/console/handlers' ? '/console/handlers' : handlerPath(handler);
    return SeeOther.done(path, `${handler} goes on with its work.`);
  }
}
