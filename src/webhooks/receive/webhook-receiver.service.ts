import { type IncomingHttpHeaders } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import { Throttle } from '../../common/throttle.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { type StoredDelivery } from '../deliveries/delivery-writer.service.js';
import { normaliseDelivery } from '../events/normalise.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { parsePayload } from '../events/payload-parser.js';
import { HoldService } from './hold.service.js';
import { notSigned } from './webhook.errors.js';
import { WebhookMetricsService } from './webhook-metrics.service.js';
import { WebhookSecretsService } from './webhook-secrets.service.js';

/** A wrong secret, or somebody who tries, would fill the log. */
const QUIET_MS = 10_000;
const KEPT_HEADERS = ['content-type', 'user-agent', 'x-plane-event', 'x-plane-delivery', 'x-plane-signature'];

/** Takes one webhook in: verified, read, stored. */
@Injectable()
export class WebhookReceiverService {
  private readonly logger = new Logger(WebhookReceiverService.name);
  private readonly warnings = new Throttle(QUIET_MS);
  private refused = 0;

  constructor(
    private readonly secrets: WebhookSecretsService,
    private readonly hold: HoldService,
    private readonly deliveries: DeliveriesService,
    private readonly metrics: WebhookMetricsService,
  ) {}

  /**
   * @param waitedMs how long the request has waited for room before it was read
   * @throws {DomainError} 401 not signed, 400 none of Plane's shapes, 503 cannot be stored now
   */
  async receive(body: Buffer, headers: IncomingHttpHeaders, waitedMs = 0): Promise<StoredDelivery> {
    return this.metrics.watch(() => this.take(body, headers, waitedMs));
  }

  private async take(body: Buffer, headers: IncomingHttpHeaders, waitedMs: number): Promise<StoredDelivery> {
    const signature = headers['x-plane-signature'];
    const secret = this.secrets.verify(body, typeof signature === 'string' ? signature : undefined);
    if (!secret) throw this.refusal(headers);
    this.metrics.matched(secret.fingerprint);
    const event = this.read(body, headers);
    const delivery = { event, body, headers: keptHeaders(headers), secretFingerprint: secret.fingerprint };
    return this.hold.until(() => this.deliveries.store(delivery), waitedMs);
  }

  /** Signed, so it is Plane's: that we cannot read it is for an operator to know. */
  private read(body: Buffer, headers: IncomingHttpHeaders): PlaneEvent {
    try {
      return normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date() });
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

  /** Plane never sends a refused webhook again, so an operator must hear of it. */
  private refusal(headers: IncomingHttpHeaders): Error {
    this.refused += 1;
    if (this.warnings.lets()) {
      const { 'x-plane-event': event, 'x-plane-delivery': delivery } = headers;
      const msg = 'a webhook was refused: none of PLANE_WEBHOOK_SECRETS signed it';
      this.logger.warn({ msg, event, delivery, refusedSinceStart: this.refused });
    }
    return notSigned();
  }
}

function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = KEPT_HEADERS.map((name) => [name, headers[name]] as const);
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
