import { type IncomingHttpHeaders } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import { tracer } from '../../observability/tracing/tracer.js';
import { trace } from '@opentelemetry/api';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { type StoredDelivery } from '../deliveries/delivery-writer.service.js';
import { normaliseDelivery } from '../events/normalise.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { parsePayload } from '../events/payload-parser.js';
import { StoreDeadline } from './store-deadline.service.js';
import { WebhookMetricsService } from './webhook-metrics.service.js';
import { type VerifiedWebhook, WebhookVerifierService } from './webhook-verifier.service.js';

const KEPT_HEADERS = ['content-type', 'user-agent', 'x-plane-event', 'x-plane-delivery', 'x-plane-signature'];

/** Takes one webhook in: verified, read, stored. */
@Injectable()
export class WebhookReceiverService {
  private readonly logger = new Logger(WebhookReceiverService.name);

  constructor(
    private readonly verifier: WebhookVerifierService,
    private readonly hold: StoreDeadline,
    private readonly deliveries: DeliveriesService,
    private readonly metrics: WebhookMetricsService,
  ) {}

  /**
   * @param waitedMs how long the request has waited for room before it was read
   * @throws {DomainError} 401 not signed, 400 none of Plane's shapes, 503 cannot be stored now
   */
  async receive(body: Buffer, headers: IncomingHttpHeaders, waitedMs = 0): Promise<StoredDelivery> {
    return this.metrics.watch(() => this.process(body, headers, waitedMs));
  }

  private async process(
    body: Buffer,
    headers: IncomingHttpHeaders,
    waitedMs: number,
  ): Promise<StoredDelivery> {
    const verified = this.verifier.verify(body, headers);
    const event = this.read(body, headers, verified);
    const secretFingerprint = verified.secret.fingerprint;
    const delivery = { event, body, headers: keptHeaders(headers), secretFingerprint };
    const stored = await this.hold.until((giveUpAt) => this.deliveries.store(delivery, giveUpAt), waitedMs);
    if (tracer()) describeReceipt(event, stored);
    return stored;
  }

  /** Signed, so it is Plane's: that we cannot read it is for an operator to know. */
  private read(body: Buffer, headers: IncomingHttpHeaders, verified: VerifiedWebhook): PlaneEvent {
    try {
      const payload = verified.payload ?? parsePayload(body);
      return normaliseDelivery({ body, payload, receivedAt: new Date() });
    } catch (error) {
      const { 'x-plane-event': event, 'x-plane-delivery': delivery } = headers;
      this.logger.warn({
        msg: 'a signed webhook was refused: it has none of the known shapes',
        event,
        delivery,
        err: error,
      });
      throw error;
    }
  }
}

/** On the span of the request. */
function describeReceipt({ name, workspaceId }: PlaneEvent, { id, status }: StoredDelivery): void {
  trace.getActiveSpan()?.setAttributes({
    'hangar.delivery.id': id,
    'hangar.delivery.status': status,
    'hangar.event.name': name,
    'hangar.workspace.id': workspaceId,
  });
}

function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = KEPT_HEADERS.map((name) => [name, headers[name]] as const);
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
