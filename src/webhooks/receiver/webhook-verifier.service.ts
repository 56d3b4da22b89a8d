import { type IncomingHttpHeaders } from 'node:http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RateLimitedLogger } from '../../common/rate-limited-logger.js';
import { fieldOf } from '../events/payload-fields.js';
import { parsePayload } from '../events/payload-parser.js';
import { scanWorkspaceIds } from '../events/workspace-id-scan.js';
import { isSignature, type SigningSecret, verifySignature } from '../events/webhook-signature.js';
import { type CachedWorkspaceSecrets, WorkspaceSecretsCache } from '../workspace-secrets/workspace-secrets.cache.js';
import { type AppSecretMatch, AppSecretsService } from './app-secrets.service.js';
import { jsonBody, jsonStart } from './form-body.js';
import { cannotVerify, notSigned } from './webhook.errors.js';
import { identifying, WebhookObserver } from './webhook.observer.js';

const LOG_INTERVAL_MS = 10_000;
/** Plane's bodies name one workspace; each candidate costs a hash of the body. */
const MAX_CANDIDATES = 4;

/** A webhook with a valid signature. */
export interface VerifiedWebhook {
  readonly secret: SigningSecret;
  /** The connection whose secret it is. */
  readonly connectionId: string;
  /** The JSON of the body and the parsed payload, where verifying needed them. */
  readonly json?: Buffer;
  readonly payload?: Record<string, unknown>;
}

/** A webhook with something that has the form of a signature. */
interface SignedWebhook {
  readonly body: Buffer;
  readonly signature: string;
  readonly headers: IncomingHttpHeaders;
  /** The connection that its address names. */
  readonly connectionId: string | undefined;
}

/**
 * Verifies signatures. A workspace with workspace secrets accepts those alone, every other one those of
 * its connection, `PLANE_WEBHOOK_SECRETS`. No body is parsed before a secret is found that signed it.
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

  /**
   * @param connectionId whose secrets are accepted; default: those of all connections
   * @throws {DomainError} 401 where no accepted secret signed it, 503 where one of them cannot be decrypted
   */
  verify(body: Buffer, headers: IncomingHttpHeaders, connectionId?: string): VerifiedWebhook {
    const signature = signatureIn(headers);
    const match = this.appSecrets.verify(body, signature, connectionId);
    if (signature !== undefined && this.workspaceSecrets.any)
      return this.verifyByWorkspace({ body, signature, headers, connectionId }, match);
    if (!match) throw this.rejection(headers);
    this.observer.matched(match.secret.fingerprint);
    return match;
  }

  /** Only a body that some secret signed is parsed: it says whose secret had to sign it. */
  private verifyByWorkspace(webhook: SignedWebhook, appMatch: AppSecretMatch | undefined): VerifiedWebhook {
    const { body, headers } = webhook;
    const candidates = this.candidates(webhook);
    if (!appMatch && !firstMatch(webhook, candidates)) {
      if (candidates.some(({ complete }) => !complete)) throw cannotVerify();
      throw this.rejection(headers, candidates.length > 0);
    }
    const json = jsonBody(body, headers);
    const payload = parsed(json);
    const workspaceId = payload && fieldOf(payload, 'workspace_id');
    const ofWorkspace = typeof workspaceId === 'string' ? this.secretsOf(workspaceId, webhook) : [];
    const ownMatch = firstMatch(webhook, ofWorkspace);
    const isApps = appMatch && ofWorkspace.every(({ connectionId }) => connectionId !== appMatch.connectionId);
    const match = ownMatch ?? (isApps ? appMatch : undefined);
    if (!match && ofWorkspace.some(({ complete }) => !complete)) throw cannotVerify();
    if (!match) throw this.rejection(headers, ofWorkspace.length > 0, workspaceId);
    this.observer.matched(ownMatch ? 'own' : match.secret.fingerprint);
    return { ...match, json, ...(payload && { payload }) };
  }

  /** The secrets of the workspaces that the body may belong to. */
  private candidates(webhook: SignedWebhook): CachedWorkspaceSecrets[] {
    const found: CachedWorkspaceSecrets[] = [];
    for (const id of scanWorkspaceIds(jsonStart(webhook.body, webhook.headers))) {
      found.push(...this.secretsOf(id, webhook));
      if (found.length >= MAX_CANDIDATES) break;
    }
    return found;
  }

  private secretsOf(workspaceId: string, { connectionId }: SignedWebhook): readonly CachedWorkspaceSecrets[] {
    const all = this.workspaceSecrets.of(workspaceId);
    return connectionId === undefined ? all : all.filter((each) => each.connectionId === connectionId);
  }

  /** Logged for operators: Plane does not send a rejected webhook again. */
  private rejection(headers: IncomingHttpHeaders, ofWorkspace = false, workspaceId?: unknown): Error {
    this.rejected += 1;
    const facts = { ...identifying(headers), rejectedSinceStart: this.rejected };
    if (!ofWorkspace)
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

function firstMatch(
  { body, signature }: SignedWebhook,
  workspaces: readonly CachedWorkspaceSecrets[],
): AppSecretMatch | undefined {
  for (const { secrets, connectionId } of workspaces) {
    const secret = verifySignature(body, signature, secrets);
    if (secret) return { secret, connectionId };
  }
  return undefined;
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
