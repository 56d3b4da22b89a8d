import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, MoreThan, Repository } from 'typeorm';
import { TokenEntity } from './token.entity.js';
import { type TokenOwner } from './token.js';

/** What a consent or a renewal writes, encrypted. */
export interface SealedGrant {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly scope: string | null;
  readonly obtainedAt: Date;
  readonly expiresAt: Date;
  readonly dueAt: Date;
}

/** The encrypted texts of a row. */
export type SealedTexts = Pick<TokenEntity, 'accessToken' | 'refreshToken' | 'previousRefreshToken'>;

const RESET = `
  lease_id = NULL, lease_until = NULL, in_flight = false,
  failures = 0, next_attempt_at = NULL, last_error = NULL, updated_at = now()`;

const UPSERT = `
  INSERT INTO tokens (id, kind, base_url, installation_id, plane_user_id,
                      access_token, refresh_token, scope, obtained_at, expires_at, due_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT (id) DO UPDATE
  SET access_token = excluded.access_token, refresh_token = excluded.refresh_token, scope = excluded.scope,
      obtained_at = excluded.obtained_at, expires_at = excluded.expires_at, due_at = excluded.due_at,
      previous_refresh_token = NULL, state = 'live', version = tokens.version + 1, ${RESET}`;

/** One statement decides over all replicas; for a user it is also the journal of the call that follows. */
const LEASE = `
  UPDATE tokens
  SET lease_id = $3, lease_until = now() + make_interval(secs => $4), in_flight = kind = 'user', updated_at = now()
  WHERE id = $1 AND version = $2 AND state = 'live'
    AND (lease_until IS NULL OR lease_until <= now())
    AND (next_attempt_at IS NULL OR next_attempt_at <= now())`;

/** The same for the schedule: replicas take different tokens, and none waits for another. */
const CLAIM_DUE = `
  UPDATE tokens
  SET lease_id = gen_random_uuid(), lease_until = now() + make_interval(secs => $2), in_flight = kind = 'user',
      updated_at = now()
  WHERE id IN (
    SELECT id FROM tokens
    WHERE state = 'live' AND due_at <= now()
      AND (lease_until IS NULL OR lease_until <= now())
      AND (next_attempt_at IS NULL OR next_attempt_at <= now())
    ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)
  RETURNING id`;

const COMPLETE = `
  UPDATE tokens
  SET access_token = $3, previous_refresh_token = refresh_token, refresh_token = $4, scope = $5,
      obtained_at = $6, expires_at = $7, due_at = $8, version = version + 1, ${RESET}
  WHERE id = $1 AND lease_id = $2`;

const FAIL = `
  UPDATE tokens
  SET failures = failures + 1, next_attempt_at = now() + make_interval(secs => $3), last_error = $4,
      lease_id = NULL, lease_until = NULL, updated_at = now()
  WHERE id = $1 AND lease_id = $2`;

const GIVE_UP = `
  UPDATE tokens
  SET state = 'needs_consent', version = version + 1, failures = failures + 1, last_error = $3,
      lease_id = NULL, lease_until = NULL, in_flight = false, updated_at = now()
  WHERE id = $1 AND lease_id = $2`;

/** The table of tokens. Every write of a renewal names its lease, and does nothing once that is another's. */
@Injectable()
export class TokensRepository {
  constructor(@InjectRepository(TokenEntity) private readonly rows: Repository<TokenEntity>) {}

  async find(id: string): Promise<TokenEntity | undefined> {
    return (await this.rows.findOneBy({ id })) ?? undefined;
  }

  /** Stores what a consent brought, whatever was there before; a renewal that is under way loses its lease. */
  async upsert(id: string, owner: TokenOwner, grant: SealedGrant): Promise<void> {
    const bot = owner.kind === 'bot' ? owner.installationId : null;
    const user = owner.kind === 'user' ? owner.planeUserId : null;
    await this.rows.query(UPSERT, [id, owner.kind, owner.baseUrl, bot, user, ...columnsOf(grant)]);
  }

  /** Takes the right to renew one version of the row. Resolves with false where another has it, or it is too early. */
  async lease(id: string, version: number, leaseId: string, seconds: number): Promise<boolean> {
    return this.changes(LEASE, [id, version, leaseId, seconds]);
  }

  /** Takes the right to renew the due tokens that expire soonest. */
  async claimDue(limit: number, seconds: number): Promise<TokenEntity[]> {
    const [claimed] = await this.rows.query<[{ id: string }[], number]>(CLAIM_DUE, [limit, seconds]);
    return claimed.length === 0 ? [] : this.rows.findBy({ id: In(claimed.map(({ id }) => id)) });
  }

  /** Writes the new pair in one statement. Resolves with false where the lease was lost. */
  async complete(id: string, leaseId: string, grant: SealedGrant): Promise<boolean> {
    return this.changes(COMPLETE, [id, leaseId, ...columnsOf(grant)]);
  }

  /** Books a failure that may pass. */
  async fail(id: string, leaseId: string, retryInSeconds: number, error: string): Promise<boolean> {
    return this.changes(FAIL, [id, leaseId, retryInSeconds, error]);
  }

  /** Books that only a person can bring the token back. */
  async needsConsent(id: string, leaseId: string, error: string): Promise<boolean> {
    return this.changes(GIVE_UP, [id, leaseId, error]);
  }

  async count(): Promise<number> {
    return this.rows.count();
  }

  /** Rows in the order of their ids, from the one after `id`. */
  async pageAfter(id: string | undefined, limit: number): Promise<TokenEntity[]> {
    return this.rows.find({
      where: id === undefined ? {} : { id: MoreThan(id) },
      order: { id: 'ASC' },
      take: limit,
    });
  }

  /** Replaces the texts of a row that nobody has changed since it was read. */
  async reseal({ id, version, accessToken }: TokenEntity, texts: SealedTexts): Promise<void> {
    await this.rows.update({ id, version, accessToken }, { ...texts });
  }

  private async changes(statement: string, values: unknown[]): Promise<boolean> {
    const [, affected] = await this.rows.query<[unknown[], number]>(statement, values);
    return affected === 1;
  }
}

function columnsOf({
  accessToken,
  refreshToken,
  scope,
  obtainedAt,
  expiresAt,
  dueAt,
}: SealedGrant): unknown[] {
  return [accessToken, refreshToken, scope, obtainedAt, expiresAt, dueAt];
}
