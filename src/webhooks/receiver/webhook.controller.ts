import { All, Controller, Req, Res, UseFilters } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { BodyBackpressure } from './body-backpressure.service.js';
import { WEBHOOK_ROUTE } from './webhook-path.js';
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
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const waitedMs = this.backpressure.waitedMs(request);
    const { statusCode, answer } = await this.receiver.receive(body, request.headers, waitedMs);
    await reply.status(statusCode).send(answer);
  }
}
