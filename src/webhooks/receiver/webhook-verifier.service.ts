import { type IncomingHttpHeaders } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import { Throttle } from '../../common/throttle.js';
import { fieldOf } from '../events/payload-fields.js';
import { parsePayload } from '../events/payload-parser.js';
import { isSignature, type SigningSecret, verifySignature } from '../events/webhook-signature.js';
import { WorkspaceSecretsCache } from '../workspace-secrets/workspace-secrets.cache.js';
import { cannotVerify, notSigned } from './webhook.errors.js';
import { WebhookMetricsService } from './webhook-metrics.service.js';
import { AppSecretsService } from './app-secrets.service.js';

/** A wrong secret, or somebody who tries, would fill the log. */
const LOG_INTERVAL_MS = 10_000;
const NOBODY = 'none of PLANE_WEBHOOK_SECRETS signed it';
const NOT_ITS_OWN = 'its workspace has a secret of its own, and that is not the one that signed it';

type Payload = Readonly<Record<string, unknown>>;

/** A webhook that a secret signed. */
export interface VerifiedWebhook {
  readonly secret: SigningSecret;
  /** What its body holds, where that had to be read. */
  readonly payload?: Payload;
}

/**
 * Tells by whom a webhook was signed. A workspace with secrets of its own accepts those alone, all others those of
 * `PLANE_WEBHOOK_SECRETS`. While no workspace has its own, no body is read before its signature is known to be good.
 */
@Injectable()
export class WebhookVerifierService {
  private readonly logger = new Logger(WebhookVerifierService.name);
  private readonly warnings = new Map(
    [NOBODY, NOT_ITS_OWN].map((why) => [why, new Throttle(LOG_INTERVAL_MS)]),
  );
  private refused = 0;

  constructor(
    private readonly secrets: AppSecretsService,
    private readonly own: WorkspaceSecretsCache,
    private readonly metrics: WebhookMetricsService,
  ) {}

  /** @throws {DomainError} 401 where none of the secrets that count signed it, 503 where one of them cannot be read */
  verify(body: Buffer, headers: IncomingHttpHeaders): VerifiedWebhook {
    const given = headers['x-plane-signature'];
    const signature = typeof given === 'string' && isSignature(given) ? given : undefined;
    const secret = this.secrets.verify(body, signature);
    if (signature !== undefined && this.own.any)
      return this.verifyByWorkspace(body, signature, secret, headers);
    if (!secret) throw this.refusal(headers, NOBODY);
    this.metrics.matched(secret.fingerprint);
    return { secret };
  }

  private verifyByWorkspace(
    body: Buffer,
    signature: string,
    global: SigningSecret | undefined,
    headers: IncomingHttpHeaders,
  ): VerifiedWebhook {
    const payload = payloadOf(body);
    const workspaceId = payload && fieldOf(payload, 'workspace_id');
    const own = typeof workspaceId === 'string' ? this.own.of(workspaceId) : undefined;
    const secret = own ? verifySignature(body, signature, own.secrets) : global;
    if (!secret && own?.complete === false) throw cannotVerify();
    if (!secret) throw this.refusal(headers, own ? NOT_ITS_OWN : NOBODY, own && workspaceId);
    this.metrics.matched(own ? 'own' : secret.fingerprint);
    return { secret, ...(payload && { payload }) };
  }

  /** Plane never sends a refused webhook again, so an operator must hear of it. */
  private refusal(headers: IncomingHttpHeaders, why: string, workspaceId?: unknown): Error {
    this.refused += 1;
    if (this.warnings.get(why)?.tryAcquire()) {
      const { 'x-plane-event': event, 'x-plane-delivery': delivery } = headers;
      const facts = { event, delivery, refusedSinceStart: this.refused };
      this.logger.warn({
        msg: `a webhook was refused: ${why}`,
        ...facts,
        ...(workspaceId ? { workspaceId } : {}),
      });
    }
    return notSigned();
  }
}

/** What cannot be read belongs to no workspace. */
function payloadOf(body: Buffer): Payload | undefined {
  try {
    return parsePayload(body);
  } catch {
    return undefined;
  }
}
