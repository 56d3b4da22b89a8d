import { randomUUID } from 'node:crypto';
import { type Secret } from '../../src/common/secret.js';
import { type Settings } from '../settings.js';
import { type Delivery, type DeliveryStatus, newDelivery } from './delivery.js';
import { type Notice } from './notice.types.js';
import { judge, retryDelayMs } from './retry-rule.js';
import { planeSignature } from './signature.js';
import { type PostOutcome, WebhookPost } from './webhook-post.js';
import { WebhookSwitches } from './webhook-switches.js';

const MAX_DELIVERIES = 10_000;
const MAX_BODY_CHARACTERS = 8_000;

/** Where and how {@link WebhookSender} sends; `settings` may change while it runs. */
export interface WebhookSenderOptions {
  readonly url: string;
  readonly secret: Secret;
  readonly settings: Settings;
  /** The community edition sends. */
  readonly community: boolean;
  readonly log: (line: string) => void;
}

/** Sends webhooks as Plane does: signed, retried, and disabled after too many failures. */
export class WebhookSender {
  readonly deliveries: Delivery[] = [];
  readonly switches = new WebhookSwitches();
  readonly #post: WebhookPost;
  readonly #timers = new Map<NodeJS.Timeout, Delivery>();
  #dropped: { readonly workspaceId: string; readonly notice: Notice }[] = [];
  #closed = false;

  constructor(private readonly options: WebhookSenderOptions) {
    this.#post = new WebhookPost(options.url);
  }

  /** Starts sending and returns the record at once; each attempt updates it. */
  send(workspaceId: string, notice: Notice): Delivery {
    return this.#start(workspaceId, notice).delivery;
  }

  /** Sends one after another: each when the first attempt of the one before it has ended. */
  sendInOrder(workspaceId: string, notices: readonly Notice[]): void {
    let attempted: Promise<void> | undefined;
    for (const notice of notices) ({ attempted } = this.#start(workspaceId, notice, attempted));
  }

  /** Sends the webhooks that were dropped while the workspace's was disabled, in their order: as one that Plane sends late. */
  sendDropped(workspaceId: string): void {
    const dropped = this.#dropped.filter((each) => each.workspaceId === workspaceId);
    this.#dropped = this.#dropped.filter((each) => each.workspaceId !== workspaceId);
    this.sendInOrder(
      workspaceId,
      dropped.map(({ notice }) => notice),
    );
  }

  /** Drops unfinished webhooks of the workspace: an uninstall deletes its webhook. */
  dropPending(workspaceId: string): void {
    for (const [timer, delivery] of this.#timers) {
      if (delivery.workspaceId !== workspaceId) continue;
      clearTimeout(timer);
      this.#timers.delete(timer);
    }
    const open = new Set<DeliveryStatus>(['sending', 'waiting']);
    for (const delivery of this.deliveries) {
      if (delivery.workspaceId !== workspaceId || !open.has(delivery.status)) continue;
      delivery.status = 'dropped';
      delivery.nextAttemptAt = null;
    }
  }

  /** Stops all sending. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.keys()) clearTimeout(timer);
    this.#timers.clear();
    this.#post.close();
  }

  #start(workspaceId: string, notice: Notice, after?: Promise<void>) {
    const disabled = this.switches.isDisabled(workspaceId);
    const delivery = newDelivery(workspaceId, notice, disabled ? 'dropped' : 'sending');
    this.deliveries.push(delivery);
    if (this.deliveries.length > MAX_DELIVERIES) this.deliveries.shift();
    if (disabled) {
      this.switches.countDropped(workspaceId);
      this.#dropped.push({ workspaceId, notice });
      if (this.#dropped.length > MAX_DELIVERIES) this.#dropped.shift();
    }
    return { delivery, attempted: disabled ? after : this.#firstAttempt(delivery, notice, after) };
  }

  async #firstAttempt(delivery: Delivery, notice: Notice, after: Promise<void> | undefined): Promise<void> {
    if (after) await after;
    if (!this.#closed && delivery.status !== 'dropped') await this.#attempt(delivery, notice);
  }

  async #attempt(delivery: Delivery, notice: Notice): Promise<void> {
    const deliveryId = randomUUID();
    const body = notice.body(deliveryId);
    const startedAt = Date.now();
    delivery.status = 'sending';
    delivery.nextAttemptAt = null;
    delivery.body = body.toString('utf8', 0, MAX_BODY_CHARACTERS);
    const headers = this.#headers(notice, deliveryId, body);
    const outcome = await this.#post.post(headers, body, this.options.settings.webhookTimeoutMs);
    if (this.#closed) return;
    delivery.attempts.push({ deliveryId, startedAt, durationMs: Date.now() - startedAt, ...outcome });
    this.#settle(delivery, notice, outcome);
  }

  #headers(notice: Notice, deliveryId: string, body: Buffer): Record<string, string> {
    const valid = () => planeSignature(this.options.secret.reveal(), body);
    const signature = notice.signature === undefined ? valid() : notice.signature;
    return {
      'Content-Type': 'application/json',
      'Content-Length': String(body.length),
      'User-Agent': 'Autopilot',
      'X-Plane-Event': notice.event,
      'X-Plane-Delivery': deliveryId,
      ...(signature === null ? {} : { 'X-Plane-Signature': signature }),
    };
  }

  #settle(delivery: Delivery, notice: Notice, outcome: PostOutcome): void {
    const verdict = judge(notice.shape, outcome, this.options.community);
    const attempt = delivery.attempts.length;
    this.options.log(`webhook ${delivery.event} attempt ${attempt}: ${outcome.status ?? outcome.error}`);
    if (verdict !== 'retry') {
      delivery.status = verdict;
    } else if (delivery.status === 'dropped') {
      // The app was uninstalled during the attempt: there is no webhook to retry or to disable.
    } else if (attempt > this.options.settings.retries) {
      delivery.status = 'given_up';
      this.switches.set(delivery.workspaceId, false);
      this.options.log(`webhook disabled after ${attempt} failed attempts`);
    } else {
      this.#schedule(delivery, notice);
    }
  }

  #schedule(delivery: Delivery, notice: Notice): void {
    const delayMs = retryDelayMs(this.options.settings, Math.random, this.options.community);
    delivery.status = 'waiting';
    delivery.nextAttemptAt = Date.now() + delayMs;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#attempt(delivery, notice);
    }, delayMs);
    this.#timers.set(timer, delivery);
  }
}
