import { Get, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { CurrentOperator, type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { type Operator } from '../../identity/operator.js';
import { ConsolePage } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { LiveStreamsService } from '../live/live-streams.service.js';
import { type RawQuery } from '../parts/query.js';
import { DeliveryListService } from './delivery-list.service.js';
import { deliveryRowView } from './delivery-row.view.js';
import { deliveriesView } from './deliveries.view.js';

/** `/console/deliveries`: the list. */
@ConsoleRoutes('/deliveries', 'viewer')
export class DeliveriesController {
  constructor(
    private readonly lists: DeliveryListService,
    private readonly streams: LiveStreamsService,
  ) {}

  @Get()
  async list(@Query() query: RawQuery, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const list = await this.lists.read(operator, query);
    return new ConsolePage('deliveries', 'Deliveries', deliveriesView(list));
  }

  /** New and changed rows (server-sent events). */
  @Get('live')
  async live(
    @Query() query: RawQuery,
    @CurrentOperator() operator: Operator,
    @Req() request: OperatorRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { before: _, ...firstPage } = query;
    await this.streams.open(request, reply, async () => {
      const list = await this.lists.read(operator, firstPage);
      return list.deliveries.map((each) => ({
        id: `delivery-${each.id}`,
        version: JSON.stringify(each.outcomes),
        html: deliveryRowView(each, list),
      }));
    });
  }
}
