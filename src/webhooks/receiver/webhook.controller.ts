import { All, Controller, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { BodyBackpressure } from './body-backpressure.service.js';
import { methodNotAllowed } from './webhook.errors.js';
import { WEBHOOK_ROUTE } from './webhook-path.js';
import { WebhookReceiverService } from './webhook-receiver.service.js';

const ACCEPTED = 202;
const OK = 200;

/** Where Plane sends its webhooks. */
@Controller(WEBHOOK_ROUTE)
export class WebhookController {
  constructor(
    private readonly receiver: WebhookReceiverService,
    private readonly gate: BodyBackpressure,
  ) {}

  /** One route for every method, since Fastify takes no second one for "all others". */
  @All()
  @RouteConfig({ rawBody: true })
  async receive(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (request.method !== 'POST') {
      reply.header('allow', 'POST');
      throw methodNotAllowed();
    }
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { status, id } = await this.receiver.receive(body, request.headers, this.gate.waited(request));
    await reply.status(status === 'accepted' ? ACCEPTED : OK).send({ status, id });
  }
}
