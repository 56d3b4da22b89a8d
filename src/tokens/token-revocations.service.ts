import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type AuditEntry } from '../audit/audit-entry.js';
import { AuditService } from '../audit/audit.service.js';
import { type Secret } from '../common/secret.js';
import { serializeError } from '../common/serialize-error.js';
import { Drain } from '../config/drain.js';
import { type PlaneConnection } from '../config/plane-connection.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { TokenStoreService } from './token-store.service.js';
import { TokensRepository } from './tokens.repository.js';

const REVOKE_MS = 10_000;

interface Revocable {
  readonly secrets: readonly Secret[];
  readonly connection: PlaneConnection;
}

/** What is to be revoked at Plane, or why it cannot be. */
export type RevocableSecrets = Revocable | { readonly reason: string };

/** Whether Plane has revoked a token too; `reason`: why not. It is valid there until it expires then. */
export type RevokedAtPlane = { readonly revoked: true } | { readonly revoked: false; readonly reason: string };

/** Revokes tokens at Plane, whose secrets are deleted here. What fails there never keeps a token from being revoked here. */
@Injectable()
export class TokenRevocationsService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(TokenRevocationsService.name);
  private readonly running = new Set<Promise<unknown>>();

  constructor(
    private readonly connections: PlaneConnections,
    private readonly tokens: TokensRepository,
    private readonly store: TokenStoreService,
    private readonly plane: PlaneOAuthService,
    private readonly audit: AuditService,
    private readonly drain: Drain,
  ) {}

  /** Reads what {@link revoke} needs, in the transaction that deletes it here afterwards. */
  async secretsOf(id: string, transaction: EntityManager): Promise<RevocableSecrets> {
    await this.tokens.lock(id, transaction);
    const row = await this.tokens.find(id, transaction);
    if (!row || row.state === 'revoked') return { reason: 'there is none' };
    const connection = this.connections.of(row);
    if (!connection) return { reason: `it is one of ${row.baseUrl}` };
    try {
      const { accessToken, refreshToken } = await this.store.open(row, performance.now());
      return { secrets: [...(refreshToken ? [refreshToken] : []), accessToken], connection };
    } catch (error) {
      return { reason: serializeError(error).message };
    }
  }

  /** Call it after the commit. Never rejects; the result is audited. */
  async revoke(found: RevocableSecrets, entry: Pick<AuditEntry, 'by' | 'target'>): Promise<RevokedAtPlane> {
    const result = 'reason' in found ? ({ revoked: false, reason: found.reason } as const) : await this.ask(found);
    const outcome = result.revoked ? 'done' : 'failed';
    const details = result.revoked ? {} : { details: { reason: result.reason } };
    // What cannot be written is logged.
    await this.audit.record({ ...entry, action: 'token.revoke_at_plane', outcome, ...details }).catch(() => undefined);
    if (!result.revoked)
      this.logger.warn({ msg: 'not revoked at Plane: it is valid there until it expires', ...entry, ...result });
    return result;
  }

  /** {@link revoke} in the background; the shutdown waits for it, or aborts it at its end. */
  revokeLater(found: RevocableSecrets, entry: Pick<AuditEntry, 'by' | 'target'>): void {
    const revoking = this.revoke(found, entry).finally(() => this.running.delete(revoking));
    this.running.add(revoking);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.running);
  }

  private async ask({ secrets, connection }: Revocable): Promise<RevokedAtPlane> {
    const signal = AbortSignal.any([AbortSignal.timeout(REVOKE_MS), this.drain.abortSignal]);
    try {
      for (const secret of secrets) await this.plane.revoke(secret, signal, connection);
      return { revoked: true };
    } catch (error) {
      return { revoked: false, reason: serializeError(error).message };
    }
  }
}

/** What Plane did, for an operator. */
export function revokedText(result: RevokedAtPlane): string {
  if (result.revoked) return 'Plane has revoked it too.';
  return `Plane has not revoked it, where it is valid until it expires: ${result.reason}`;
}
