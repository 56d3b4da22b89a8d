import { Injectable } from '@nestjs/common';
import { ActivityService } from '../../activity/activity.service.js';
import { DomainError } from '../../common/domain-error.js';
import { MetricsService } from '../../observability/metrics.service.js';
import { type StoredDelivery } from '../deliveries/delivery-writer.service.js';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];

const RECEIVED = ['accepted', 'duplicate', 'unsigned', 'malformed', 'refused', 'unavailable', 'failed'];

const OUTCOMES: Readonly<Record<string, string>> = {
  signature_invalid: 'unsigned',
  malformed_payload: 'malformed',
  cannot_store: 'unavailable',
  cannot_verify: 'unavailable',
};

/** Counts the webhooks that come in. */
@Injectable()
export class WebhookMetricsService {
  private readonly received;
  private readonly seconds;
  private readonly matches;

  constructor(
    metrics: MetricsService,
    private readonly activity: ActivityService,
  ) {
    this.received = metrics.counter(
      'hangar_webhooks_received_total',
      'Webhooks by what became of them: accepted, duplicate, unsigned, malformed, refused, unavailable, failed.',
      RECEIVED.map((outcome) => ({ outcome })),
    );
    this.seconds = metrics.histogram(
      'hangar_webhook_accept_seconds',
      'From the whole body to the answer of an accepted or known webhook.',
      SECONDS,
    );
    this.matches = metrics.counter(
      'hangar_webhook_secret_matches_total',
      'Verified webhooks by the first 8 hex digits of the SHA-256 of the secret that signed them; own: of one workspace.',
    );
  }

  /** Counts a webhook that a secret signed; `own` stands for those of single workspaces, of which there may be many. */
  matched(secret: string): void {
    this.matches.add(1, { secret });
  }

  /** Counts a request that was refused unread: its method, its size or its content type is none of a webhook's. */
  refused(): void {
    this.received.add(1, { outcome: 'refused' });
    this.activity.received('webhook_refused');
  }

  /** Takes the webhook in and counts how that ends. */
  async watch(take: () => Promise<StoredDelivery>): Promise<StoredDelivery> {
    const began = performance.now();
    try {
      const stored = await take();
      this.received.add(1, { outcome: stored.status });
      this.activity.received(`webhook_${stored.status}`);
      this.seconds.record((performance.now() - began) / 1000);
      return stored;
    } catch (error) {
      const code = error instanceof DomainError ? error.code : '';
      this.received.add(1, { outcome: OUTCOMES[code] ?? 'failed' });
      this.activity.received('webhook_refused');
      throw error;
    }
  }
}
