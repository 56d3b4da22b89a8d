import { type IncomingHttpHeaders } from 'node:http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RateLimitedLogger } from '../../common/rate-limited-logger.js';
import { fieldOf } from '../events/payload-fields.js';
import { parsePayload } from '../events/payload-parser.js';
import { isSignature, type SigningSecret, verifySignature } from '../events/webhook-signature.js';
import { WorkspaceSecretsCache } from '../workspace-secrets/workspace-secrets.cache.js';
import { AppSecretsService } from './app-secrets.service.js';
import { cannotVerify, notSigned } from './webhook.errors.js';
import { identifying, WebhookObserver } from './webhook.observer.js';

const LOG_INTERVAL_MS = 10_000;

/** A webhook with a valid signature. */
export interface VerifiedWebhook {
  readonly secret: SigningSecret;
  /** The parsed body, where verifying needed it. */
  readonly payload?: Record<string, unknown>;
}

/**
 * Verifies signatures. A workspace with workspace secrets accepts those alone, every other one those of
 * `PLANE_WEBHOOK_SECRETS`. While no workspace has one, no body is parsed before its signature is verified.
 */
@Injectable()
export class WebhookVerifierService implements OnModuleInit {
  private readonly appWarnings = new RateLimitedLogger(WebhookVerifierService.name, LOG_INTERVAL_MS);
  private readonly workspaceWarnings = new RateLimitedLogger(WebhookVerifierService.name, LOG_INTERVAL_MS);
  private rejected = 0;

  constructor(
    private readonly appSecrets: AppSecretsService,
    private readonly workspaceSecrets: WorkspaceSecretsCache,
    private readonly observer: WebhookObserver,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.workspaceSecrets.start();
  }

  /** The error for a webhook without anything that has the form of a signature, which is rejected before it is read. */
  rejectUnsigned(headers: IncomingHttpHeaders): Error | undefined {
    if (signatureIn(headers) !== undefined) return undefined;
    this.observer.unsigned();
    return this.rejection(headers);
  }

  /** @throws {DomainError} 401 where no accepted secret signed it, 503 where one of them cannot be decrypted */
  verify(body: Buffer, headers: IncomingHttpHeaders): VerifiedWebhook {
    const signature = signatureIn(headers);
    const secret = this.appSecrets.verify(body, signature);
    if (signature !== undefined && this.workspaceSecrets.any)
      return this.verifyByWorkspace(body, signature, secret, headers);
    if (!secret) throw this.rejection(headers);
    this.observer.matched(secret.fingerprint);
    return { secret };
  }

  private verifyByWorkspace(
    body: Buffer,
    signature: string,
    appSecret: SigningSecret | undefined,
    headers: IncomingHttpHeaders,
  ): VerifiedWebhook {
    const payload = parsed(body);
    const workspaceId = payload && fieldOf(payload, 'workspace_id');
    const ofWorkspace = typeof workspaceId === 'string' ? this.workspaceSecrets.of(workspaceId) : undefined;
    const secret = ofWorkspace ? verifySignature(body, signature, ofWorkspace.secrets) : appSecret;
    if (!secret && ofWorkspace?.complete === false) throw cannotVerify();
    if (!secret) throw this.rejection(headers, ofWorkspace && workspaceId);
    this.observer.matched(ofWorkspace ? 'own' : secret.fingerprint);
    return { secret, ...(payload && { payload }) };
  }

  /** Logged for operators: Plane does not send a rejected webhook again. */
  private rejection(headers: IncomingHttpHeaders, workspaceId?: unknown): Error {
    this.rejected += 1;
    const facts = { ...identifying(headers), rejectedSinceStart: this.rejected };
    if (workspaceId === undefined)
      this.appWarnings.warn({ msg: 'webhook rejected: none of PLANE_WEBHOOK_SECRETS signed it', ...facts });
    else
      this.workspaceWarnings.warn({
        msg: 'webhook rejected: no secret of its workspace signed it',
        ...facts,
        workspaceId,
      });
    return notSigned();
  }
}

function signatureIn(headers: IncomingHttpHeaders): string | undefined {
  const header = headers['x-plane-signature'];
  return typeof header === 'string' && isSignature(header) ? header : undefined;
}

/** `undefined` for a body that cannot be parsed: it belongs to no workspace. */
function parsed(body: Buffer): Record<string, unknown> | undefined {
  try {
    return parsePayload(body);
  } catch {
    return undefined;
  }
}
