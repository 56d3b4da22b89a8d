import { Body, Get, Param, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { PlaneConnections } from '../../config/plane-connections.js';
import { AuditedRead } from '../../identity/access/audited-read.decorator.js';
import { CurrentOperator, type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { DeliveryOperations } from '../../operations/delivery.operations.js';
import { DeliveriesService } from '../../webhooks/deliveries/deliveries.service.js';
import { OutcomesService } from '../../webhooks/deliveries/outcomes.service.js';
import { HandlerRegistry } from '../../webhooks/discovery/handler.registry.js';
import { ConsolePage, SeeOther } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { LiveStreamsService } from '../live/live-streams.service.js';
import { countText } from '../parts/format.js';
import { type RawQuery, textIn } from '../parts/query.js';
import { type DeliveryDetails, deliveryView, failedHandlers } from './delivery.view.js';
import { OUTCOMES_ID, outcomesView } from './outcomes.view.js';
import { payloadView } from './payload.view.js';

/** `/console/deliveries/<id>`: one delivery. */
@ConsoleRoutes('/deliveries/:id', 'viewer')
export class DeliveryController {
  constructor(
    private readonly connections: PlaneConnections,
    private readonly deliveries: DeliveriesService,
    private readonly outcomes: OutcomesService,
    private readonly installations: InstallationsService,
    private readonly registry: HandlerRegistry,
    private readonly operations: DeliveryOperations,
    private readonly streams: LiveStreamsService,
  ) {}

  @Get()
  async show(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const details = await this.read(id);
    return new ConsolePage('deliveries', details.delivery.eventName, deliveryView(details, operator));
  }

  /** Changes of the outcomes (server-sent events). */
  @Get('live')
  async live(@Param('id') id: string, @Req() request: OperatorRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.streams.open(request, reply, async () => {
      const details = await this.read(id);
      return [{ id: OUTCOMES_ID, version: JSON.stringify(details.outcomes), html: outcomesView(details) }];
    });
  }

  /** The payload contains what people wrote: the read is audited. */
  @Get('payload')
  @AuditedRead()
  @RequiresRole('operator')
  async payload(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const stored = await this.operations.read(actorOf(operator), id);
    return new ConsolePage('deliveries', `Payload of ${stored.eventName}`, payloadView(stored));
  }

  @Post('replay')
  @RequiresRole('operator')
  async replay(
    @Param('id') id: string,
    @Body() body: RawQuery,
    @CurrentOperator() operator: Operator,
  ): Promise<SeeOther> {
    const chosen = textIn(body, 'failed') === 'yes' ? failedHandlers(await this.read(id)) : [textIn(body, 'handler')];
    let jobs = 0;
    for (const handler of chosen) jobs += (await this.operations.replay(actorOf(operator), { id }, handler)).jobs;
    const text = `${countText(jobs, 'job was', 'jobs were')} queued; the result appears below.`;
    return SeeOther.done(`/console/deliveries/${id}`, text);
  }

  private async read(id: string): Promise<DeliveryDetails> {
    const delivery = await this.deliveries.requireListed(id);
    const [outcomes, installation] = await Promise.all([
      this.outcomes.of(id),
      this.installations.findByWorkspace(delivery.workspaceId, delivery.connectionId),
    ]);
    const handlers = this.registry.matching(delivery.eventName).map((handler) => handler.id);
    const connection = this.connections.all.length > 1 ? delivery.connectionId : undefined;
    return { delivery, connection, workspace: installation?.workspaceSlug, outcomes, handlers };
  }
}
