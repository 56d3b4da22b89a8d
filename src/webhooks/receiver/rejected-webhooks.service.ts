import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type FastifyInstance } from 'fastify';
import { WebhookMetricsService } from './webhook-metrics.service.js';
import { isWebhook } from './webhook-path.js';

/** A method, a size and a content type that no webhook has: most are refused before they come to the controller. */
const REFUSALS = new Set([405, 413, 415]);

/** Counts what is sent to the address of webhooks and refused unread; one that Plane sent is lost. */
@Injectable()
export class RejectedWebhooksService implements OnModuleInit {
  constructor(
    private readonly metrics: WebhookMetricsService,
    private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter?.getInstance<FastifyInstance>();
    server?.addHook('onResponse', (request, reply, done) => {
      if (REFUSALS.has(reply.statusCode) && isWebhook(request)) this.metrics.refused();
      done();
    });
  }
}
