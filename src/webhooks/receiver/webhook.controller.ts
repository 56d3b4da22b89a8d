import { All, Controller, Param, Req, Res, UseFilters } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { BodyBackpressure } from './body-backpressure.service.js';
import { CONNECTION_PARAMETER, WEBHOOK_ROUTE } from './webhook-path.js';
import { WebhookProblemFilter } from './webhook-problem.filter.js';
import { WebhookReceiverService } from './webhook-receiver.service.js';

/** The route that Plane sends webhooks to. */
@Controller(WEBHOOK_ROUTE)
@UseFilters(WebhookProblemFilter)
export class WebhookController {
  constructor(
    private readonly receiver: WebhookReceiverService,
    private readonly backpressure: BodyBackpressure,
  ) {}

  /** One route for every method, so that others than POST are answered 405: see {@link BodyBackpressure}. */
  @All()
  @RouteConfig({ rawBody: true })
  async receive(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.process(request, reply);
  }

  /** The same for one connection, whose secrets alone are accepted. */
  @All(CONNECTION_PARAMETER)
  @RouteConfig({ rawBody: true })
  async receiveOf(
    @Param('connection') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.process(request, reply, id);
  }

  private async process(request: FastifyRequest, reply: FastifyReply, connectionId?: string): Promise<void> {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const waitedMs = this.backpressure.waitedMs(request);
    const { statusCode, answer } = await this.receiver.receive(body, request.headers, waitedMs, connectionId);
    await reply.status(statusCode).send(answer);
  }
}
