import { Body, Get, Param, Post, Query, Res, StreamableFile } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { validate as isUuid } from 'uuid';
import { turnNotFailed } from '../../agents/agent.errors.js';
import { AuditedRead } from '../../identity/access/audited-read.decorator.js';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { includesRole } from '../../identity/operator-role.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { DeliveryOperations } from '../../operations/delivery.operations.js';
import { DeliverySearchService } from '../../operations/delivery-search.service.js';
import { DeliveriesService } from '../../webhooks/deliveries/deliveries.service.js';
import { unknownDelivery } from '../../webhooks/deliveries/delivery.errors.js';
import { OutcomesService } from '../../webhooks/deliveries/outcomes.service.js';
import { type StoredWebhook } from '../../webhooks/deliveries/delivery-filter.js';
import { unknownHandler } from '../../webhooks/discovery/handler.errors.js';
import { normaliseDelivery } from '../../webhooks/events/normalise.js';
import { parsePayload } from '../../webhooks/events/payload-parser.js';
import { invalidRequest, requireKnown } from '../http/api.errors.js';
import { ApiController, ApiId } from '../http/api-controller.decorator.js';
import { cursorOf, type Page, positionOf } from '../http/cursor.js';
import { pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { toDto } from '../http/to-dto.js';
import { DeliveryDto, DeliverySummaryDto, ListedDeliveryDto, PayloadDto } from './delivery.dto.js';
import { DeliveriesQuery, ReplayedDto, ReplayManyDto, ReplayOneDto } from './delivery-filter.dto.js';
import { EventDto } from './event.dto.js';
import { OutcomeDto } from './outcome.dto.js';

const ID = '0197b6a1-9e00-7c3e-8a5e-0d1f3a9b7c21';
const DeliveryId = ApiId('The id of the delivery', ID);
const UNKNOWN_HANDLER = unknownHandler('PingHandler.pnog', ['PingHandler.pong']);
const FILTER_NAMES = 'event, workspace, connection, state, handler, since, until, text';

/** The stored webhooks and their outcomes. */
@ApiController('deliveries')
export class DeliveriesController {
  constructor(
    private readonly searches: DeliverySearchService,
    private readonly deliveries: DeliveriesService,
    private readonly outcomes: OutcomesService,
    private readonly installations: InstallationsService,
    private readonly operations: DeliveryOperations,
  ) {}

  @Get()
  @Route({
    id: 'listDeliveries',
    role: 'viewer',
    summary: 'List the stored webhooks, newest first',
    query: true,
    response: pageDto('DeliveriesPage', ListedDeliveryDto),
  })
  async list(
    @CurrentOperator() operator: Operator,
    @Query() { limit, cursor, ...input }: DeliveriesQuery,
  ): Promise<Page<ListedDeliveryDto>> {
    const before = positionOf(cursor, isUuid);
    const { deliveries, next, unknown } = await this.searches.search(operator, input, { limit, before });
    requireKnown(unknown);
    const slugs = await this.installations.installedSlugs();
    return {
      items: deliveries.map((each) => ListedDeliveryDto.withOutcomes(each, slugs)),
      ...(next !== undefined && { next: cursorOf(next) }),
    };
  }

  @Get(':id')
  @AuditedRead()
  @DeliveryId
  @Route({
    id: 'getDelivery',
    role: 'viewer',
    summary: 'Get one delivery with its outcome at each handler',
    description:
      'For operators and admins with its content: `payload`, and `normalised`, the event that handlers get. Their requests are audited as reads of the payload.',
    response: DeliveryDto,
    errors: [unknownDelivery(ID)],
  })
  async get(@CurrentOperator() operator: Operator, @Param('id') id: string): Promise<DeliveryDto> {
    const mayRead = operator.role !== undefined && includesRole(operator.role, 'operator');
    const delivery = await (mayRead ? this.operations.read(actorOf(operator), id) : this.deliveries.require(id));
    const slugs = await this.installations.installedSlugs();
    const outcomes = (await this.outcomes.of(id)).map(OutcomeDto.of);
    const content = mayRead ? contentOf(delivery) : {};
    return { ...DeliverySummaryDto.of(delivery, slugs), outcomes, ...content };
  }

  @Get(':id/body')
  @AuditedRead()
  @DeliveryId
  @Route({
    id: 'getDeliveryBody',
    role: 'operator',
    summary: 'Get the body of the webhook, byte for byte',
    description: 'The signature was computed over these bytes. Audited as a read of the payload.',
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
    const delivery = await this.operations.read(actorOf(operator), id);
    reply.header('x-content-type-options', 'nosniff');
    const disposition = `attachment; filename="${delivery.id}.json"`;
    return new StreamableFile(delivery.body, { type: 'application/octet-stream', disposition });
  }

  @Post(':id/replay')
  @DeliveryId
  @Route({
    id: 'replayDelivery',
    role: 'operator',
    summary: 'Run the handlers on a delivery again',
    idempotent: true,
    response: ReplayedDto,
    description:
      'A turn of the agent is run again where it has failed; with nothing else to run, another one is refused.',
    errors: [unknownDelivery(ID), UNKNOWN_HANDLER, turnNotFailed(ID, 'completed')],
  })
  async replay(
    @CurrentOperator() operator: Operator,
    @Param('id') id: string,
    @Body() { toHandler, dryRun }: ReplayOneDto,
  ): Promise<ReplayedDto> {
    const { deliveries, jobs } = await this.operations.replay(actorOf(operator), { id }, toHandler, dryRun);
    return { deliveries, jobs, dryRun };
  }

  @Post('replay')
  @Route({
    id: 'replayDeliveries',
    role: 'operator',
    summary: 'Run the handlers again on all deliveries that match a filter',
    description: 'The filter needs at least one field.',
    idempotent: true,
    response: ReplayedDto,
    errors: [UNKNOWN_HANDLER],
  })
  async replayMany(
    @CurrentOperator() operator: Operator,
    @Body() { toHandler, dryRun, ...input }: ReplayManyDto,
  ): Promise<ReplayedDto> {
    const { filter, unknown } = await this.searches.resolve(input);
    if (Object.keys(filter).length === 0)
      throw invalidRequest([{ parameter: 'body', problem: `must have at least one of ${FILTER_NAMES}` }]);
    requireKnown(unknown);
    const { deliveries, jobs } = await this.operations.replay(actorOf(operator), filter, toHandler, dryRun);
    return { deliveries, jobs, dryRun };
  }
}

/** An earlier release may have stored a payload that this one cannot parse: it is shown without `json` and `normalised`. */
function contentOf(delivery: StoredWebhook): Pick<DeliveryDto, 'payload' | 'normalised'> {
  const { id, body, receivedAt } = delivery;
  const json = orUndefined(() => parsePayload(body));
  const normalised =
    json && orUndefined(() => toDto(EventDto, normaliseDelivery({ id, body, receivedAt, payload: json })));
  return { ...(normalised && { normalised }), payload: PayloadDto.of(delivery, json) };
}

function orUndefined<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
