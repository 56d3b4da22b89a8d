import { Body, Get, Param, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { CurrentOperator, type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { DeliveryOperations } from '../../operations/delivery.operations.js';
import { ConsolePage } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { SeeOther } from '../frame/see-other.js';
import { LiveStreamsService } from '../live/live-streams.service.js';
import { countText } from '../parts/count-text.js';
import { type RawQuery, textIn } from '../parts/query.js';
import { DeliveryService } from './delivery.service.js';
import { deliveryView } from './delivery.view.js';
import { OUTCOMES_ID, outcomesView } from './outcomes.view.js';
import { payloadView } from './payload.view.js';

/** `/console/deliveries/<id>`: one delivery. */
@ConsoleRoutes('/deliveries/:id', 'viewer')
export class DeliveryController {
  constructor(
    private readonly deliveries: DeliveryService,
    private readonly actions: DeliveryOperations,
    private readonly streams: LiveStreamsService,
  ) {}

  @Get()
  async show(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const view = await this.deliveries.read(id);
    return new ConsolePage('deliveries', view.delivery.eventName, deliveryView(view, operator));
  }

  /** What becomes of it from now on (Server-Sent Events). */
  @Get('live')
  async live(
    @Param('id') id: string,
    @Req() request: OperatorRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.streams.open(request, reply, async () => {
      const view = await this.deliveries.read(id);
      return [{ id: OUTCOMES_ID, version: JSON.stringify(view.outcomes), html: outcomesView(view) }];
    });
  }

  /** What people wrote: the read is audited. */
  @Get('payload')
  @RequiresRole('operator')
  async payload(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const stored = await this.actions.read(actorOf(operator), id);
    return new ConsolePage('deliveries', `Payload of ${stored.eventName}`, payloadView(stored));
  }

  @Post('replay')
  @RequiresRole('operator')
  async replay(
    @Param('id') id: string,
    @Body() body: RawQuery,
    @CurrentOperator() operator: Operator,
  ): Promise<SeeOther> {
    const { jobs } = await this.actions.replay(actorOf(operator), { id }, textIn(body, 'handler'));
    const text = `${countText(jobs, 'run was', 'runs were')} given to its handlers; what becomes of it shows below.`;
    return SeeOther.done(`/console/deliveries/${id}`, text);
  }
}
