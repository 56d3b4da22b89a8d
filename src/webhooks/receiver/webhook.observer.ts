import { validate as isUuid } from 'uuid';
import { type IncomingHttpHeaders } from 'node:http';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { trace } from '@opentelemetry/api';
import { type FastifyInstance } from 'fastify';
import { ActivityService } from '../../activity/activity.service.js';
import { DomainError } from '../../common/domain-error.js';
import { MetricsService } from '../../observability/metrics.service.js';
import { tracer } from '../../observability/tracing/spans.js';
import { type StoredDelivery } from '../deliveries/delivery-writer.service.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { isWebhook } from './webhook-path.js';
import { isKnownEventHeader } from '../events/event-table.js';

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];
const OUTCOMES = ['accepted', 'duplicate', 'unsigned', 'malformed', 'refused', 'unavailable', 'failed'];
const OUTCOME_OF_ERROR: Readonly<Record<string, string>> = {
  signature_invalid: 'unsigned',
  malformed_payload: 'malformed',
  cannot_store: 'unavailable',
  cannot_verify: 'unavailable',
};
/** Wrong method, size or content type: Fastify answers most of these before the controller is called. */
const REJECTED_UNREAD = new Set([405, 413, 415]);

/** A webhook that is stored, and how it is answered. */
export interface ReceivedWebhook {
  readonly event: PlaneEvent;
  readonly statusCode: number;
  readonly answer: StoredDelivery;
}

/** Counts, times, traces and logs webhooks, around the code that receives them. */
@Injectable()
export class WebhookObserver implements OnModuleInit {
  private readonly logger = new Logger(WebhookObserver.name);
  private readonly received;
  private readonly unverified;
  private readonly unknown;
  private readonly seconds;
  private readonly matches;

  constructor(
    metrics: MetricsService,
    private readonly activity: ActivityService,
    private readonly host: HttpAdapterHost,
  ) {
    this.received = metrics.counter(
      'hangar_webhooks_received_total',
      `Webhooks by outcome: ${OUTCOMES.join(', ')}.`,
      OUTCOMES.map((outcome) => ({ outcome })),
    );
    this.unverified = metrics.counter(
      'hangar_webhooks_unverified_total',
      'Webhooks rejected with 401 whose signature no secret made; requests without a signature are not among them.',
      [{}],
    );
    this.unknown = metrics.counter(
      'hangar_webhooks_unknown_shape_total',
      'Accepted webhooks whose shape this release does not know; handlers get them by a replay with a later release.',
      [{}],
    );
    this.seconds = metrics.histogram(
      'hangar_webhook_accept_seconds',
      'From the whole body to the answer of an accepted or known webhook.',
      BUCKETS,
    );
    this.matches = metrics.counter(
      'hangar_webhook_secret_matches_total',
      'Verified webhooks by the fingerprint of the secret that signed them; own: a workspace secret.',
    );
  }

  onModuleInit(): void {
    const server = this.host.httpAdapter?.getInstance<FastifyInstance>();
    server?.addHook('onResponse', (request, reply, done) => {
      if (REJECTED_UNREAD.has(reply.statusCode) && isWebhook(request)) this.count('refused', 'webhook_refused');
      done();
    });
  }

  /** Counts a webhook by the secret that signed it; `own` stands for every workspace secret, to bound the labels. */
  matched(secret: string): void {
    this.matches.add(1, { secret });
  }

  /** Counts a request that was rejected unread: it has no signature. */
  unsigned(): void {
    this.count('unsigned', 'webhook_refused');
  }

  /** Records how receiving a webhook ends. @param startedAt by `performance.now()` */
  async observe(
    startedAt: number,
    headers: IncomingHttpHeaders,
    receiving: Promise<ReceivedWebhook>,
  ): Promise<ReceivedWebhook> {
    try {
      const webhook = await receiving;
      const { status } = webhook.answer;
      this.count(status, `webhook_${status}`);
      this.seconds.record((performance.now() - startedAt) / 1000);
      if (webhook.event.source === 'unknown' && status === 'accepted') this.unknownShape(headers, webhook.answer.id);
      if (tracer()) describe(webhook);
      return webhook;
    } catch (error) {
      const outcome = OUTCOME_OF_ERROR[error instanceof DomainError ? error.code : ''] ?? 'failed';
      this.count(outcome, 'webhook_refused');
      if (outcome === 'unsigned') this.countUnverified();
      // It was signed, so it is Plane's, and Plane does not send it again.
      if (outcome === 'malformed')
        this.logger.warn({
          msg: 'signed webhook rejected: its body is not a JSON object',
          ...identifying(headers),
          err: error,
        });
      throw error;
    }
  }

  /** No handler receives it now. */
  private unknownShape(headers: IncomingHttpHeaders, deliveryId: string): void {
    this.unknown.add(1);
    const msg = 'webhook of an unknown shape stored: replay it with a release that knows the shape';
    this.logger.warn({ msg, ...identifying(headers), deliveryId });
  }

  /** It has the form of Plane's: either a secret is missing here, or it is a forgery. */
  private countUnverified(): void {
    this.unverified.add(1);
    this.activity.received('webhook_unverified');
  }

  private count(outcome: string, series: Parameters<ActivityService['received']>[0]): void {
    this.received.add(1, { outcome });
    this.activity.received(series);
  }
}

/** The headers that identify a webhook in the log, where they have a known form: any client can send them. */
export function identifying(headers: IncomingHttpHeaders): object {
  const { 'x-plane-event': event, 'x-plane-delivery': delivery } = headers;
  return {
    event: typeof event === 'string' && isKnownEventHeader(event) ? event : 'unknown',
    ...(isUuid(delivery) && { delivery }),
  };
}

function describe({ event, answer }: ReceivedWebhook): void {
  trace.getActiveSpan()?.setAttributes({
    'hangar.delivery.id': answer.id,
    'hangar.delivery.status': answer.status,
    'hangar.event.name': event.name,
    'hangar.workspace.id': event.workspaceId,
  });
}
