import { Body, Get, Param, Post, Query, Res, StreamableFile } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { includesRole } from '../../identity/operator-role.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { unknownDelivery } from '../../webhooks/deliveries/delivery.errors.js';
import { unknownHandler } from '../../webhooks/discovery/handler.errors.js';
import { DeliveryOperations } from '../../operations/delivery.operations.js';
import { requireTextSearch } from '../../operations/text-search.policy.js';
import { ApiController } from '../http/api-controller.decorator.js';
import { ApiId } from '../http/api-id.decorator.js';
import { type Page } from '../http/cursor.js';
import { pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { DeliveriesQuery } from './deliveries.query.js';
import { DeliveryDto } from './delivery.dto.js';
import { DeliveryReadsService } from './delivery-reads.service.js';
import { ListedDeliveryDto } from './listed-delivery.dto.js';
import { ReplayedDto, ReplayManyDto, ReplayOneDto } from './replay.dto.js';

const ID = '0197b6a1-9e00-7c3e-8a5e-0d1f3a9b7c21';
const DeliveryId = ApiId('The id of the delivery', ID);
const NO_HANDLER = unknownHandler('Nobody.here', ['PingHandler.pong']);

/** The webhooks that were stored, and what became of them. */
@ApiController('deliveries')
export class DeliveriesController {
  constructor(
    private readonly reads: DeliveryReadsService,
    private readonly actions: DeliveryOperations,
  ) {}

  @Get()
  @Route({
    id: 'listDeliveries',
    role: 'viewer',
    summary: 'The webhooks that were stored, the newest first',
    query: true,
    response: pageDto('DeliveriesPage', ListedDeliveryDto),
  })
  async list(
    @CurrentOperator() operator: Operator,
    @Query() query: DeliveriesQuery,
  ): Promise<Page<ListedDeliveryDto>> {
    requireTextSearch(operator, query.text);
    return this.reads.page(query);
  }

  @Get(':id')
  @DeliveryId
  @Route({
    id: 'getDelivery',
    role: 'viewer',
    summary: 'One delivery, with what became of it at each handler',
    description:
      'To an operator also what it holds: `payload`, and `normalised`, the event as handlers see it. That is a read of a payload, and audited.',
    response: DeliveryDto,
    errors: [unknownDelivery(ID)],
  })
  async get(@CurrentOperator() operator: Operator, @Param('id') id: string): Promise<DeliveryDto> {
    const whole = operator.role !== undefined && includesRole(operator.role, 'operator');
    return this.reads.one(actorOf(operator), id, whole);
  }

  @Get(':id/body')
  @DeliveryId
  @Route({
    id: 'getDeliveryBody',
    role: 'operator',
    summary: 'The very bytes that came',
    description: 'They are what the signature is over. This is a read of a payload, and audited.',
    media: {
      type: 'application/octet-stream',
      schema: { type: 'string', contentMediaType: 'application/octet-stream' },
      example: '{"version":"v2"}',
    },
    errors: [unknownDelivery(ID)],
  })
  async body(
    @CurrentOperator() operator: Operator,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const delivery = await this.actions.read(actorOf(operator), id);
    reply.header('x-content-type-options', 'nosniff');
    const disposition = `attachment; filename="${delivery.id}.json"`;
    return new StreamableFile(delivery.body, { type: 'application/octet-stream', disposition });
  }

  @Post(':id/replay')
  @DeliveryId
  @Route({
    id: 'replayDelivery',
    role: 'operator',
    summary: 'Hand a delivery to its handlers again',
    idempotent: true,
    response: ReplayedDto,
    errors: [unknownDelivery(ID), NO_HANDLER],
  })
  async replay(
    @CurrentOperator() operator: Operator,
    @Param('id') id: string,
    @Body() { toHandler, dryRun }: ReplayOneDto,
  ): Promise<ReplayedDto> {
    const { deliveries, jobs } = await this.actions.replay(actorOf(operator), { id }, toHandler, dryRun);
    return { deliveries, jobs, dryRun };
  }

  @Post('replay')
  @Route({
    id: 'replayDeliveries',
    role: 'operator',
    summary: 'Hand the deliveries that a filter lets through to their handlers again',
    description: 'At least one field of the filter is needed.',
    idempotent: true,
    response: ReplayedDto,
    errors: [NO_HANDLER],
  })
  async replayMany(@CurrentOperator() operator: Operator, @Body() body: ReplayManyDto): Promise<ReplayedDto> {
    const { toHandler, dryRun } = body;
    const filter = await this.reads.someFilter(body);
    const { deliveries, jobs } = await this.actions.replay(actorOf(operator), filter, toHandler, dryRun);
    return { deliveries, jobs, dryRun };
  }
}
