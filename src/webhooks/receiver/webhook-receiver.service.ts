import { type IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { freeBuffer } from '../../common/free-buffer.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { normaliseReceived } from '../events/normalise.js';
import { parsePayload } from '../events/payload-parser.js';
import { jsonBody } from './form-body.js';
import { StoreDeadline } from './store-deadline.service.js';
import { type VerifiedWebhook, WebhookVerifierService } from './webhook-verifier.service.js';
import { type ReceivedWebhook, WebhookObserver } from './webhook.observer.js';

const ACCEPTED = 202;
const OK = 200;
const STORED_HEADERS = ['content-type', 'user-agent', 'x-plane-event', 'x-plane-delivery', 'x-plane-signature'];

interface Webhook {
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly connectionId: string | undefined;
}

/** Verifies, stores and answers webhooks. */
@Injectable()
export class WebhookReceiverService {
  constructor(
    private readonly verifier: WebhookVerifierService,
    private readonly storeDeadline: StoreDeadline,
    private readonly deliveries: DeliveriesService,
    private readonly observer: WebhookObserver,
  ) {}

  /**
   * Receives one webhook, with metrics and traces.
   *
   * @param waitedMs how long the request was delayed by backpressure
   * @param connectionId that its address names; default: the one whose secret signed it
   * @throws {DomainError} 401 no valid signature, 400 not a JSON object, 503 cannot be stored or verified now
   */
  async receive(
    body: Buffer,
    headers: IncomingHttpHeaders,
    waitedMs = 0,
    connectionId?: string,
  ): Promise<ReceivedWebhook> {
    const startedAt = performance.now();
    return this.observer.observe(startedAt, headers, this.process({ body, headers, connectionId }, waitedMs));
  }

  /** Verifies, parses, normalises, stores and answers. */
  private async process(webhook: Webhook, waitedMs: number): Promise<ReceivedWebhook> {
    const { body, headers } = webhook;
    const { secret, connectionId, ...verified } = this.verify(webhook);
    const json = verified.json ?? jsonBody(body, headers);
    const payload = verified.payload ?? parsePayload(json);
    const event = normaliseReceived({ body: json, payload, receivedAt: new Date() });
    const stores = { body: json, headers: storedHeaders(headers), secretFingerprint: secret.fingerprint };
    const delivery = { event, connectionId, ...stores };
    const giveUpAt = this.storeDeadline.after(waitedMs);
    const stored = await this.storeDeadline.enforce(giveUpAt, this.deliveries.store(delivery, giveUpAt));
    return { event, statusCode: stored.status === 'accepted' ? ACCEPTED : OK, answer: stored };
  }

  /** A body that is rejected is needed no more. */
  private verify({ body, headers, connectionId }: Webhook): VerifiedWebhook {
    try {
      return this.verifier.verify(body, headers, connectionId);
    } catch (error) {
      freeBuffer(body);
      throw error;
    }
  }
}

function storedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = STORED_HEADERS.map((name) => [name, headers[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
