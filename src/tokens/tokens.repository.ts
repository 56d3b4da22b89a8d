import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, Repository } from 'typeorm';
import { DEFAULT_CONNECTION, type PlaneConnection } from '../config/plane-connection.js';
import { TokenEntity } from './token.entity.js';
import { type TokenOwner, type TokenState, type TokenSummary } from './token.js';
import * as sql from './tokens.sql.js';

/** An encrypted grant. Times are durations, which the database's clock turns into dates. */
export interface SealedGrant {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly scope: string | null;
  /** Since Plane was asked for it. */
  readonly ageSeconds: number;
  readonly lifeSeconds: number;
  readonly dueAfterSeconds: number;
}

/** The encrypted texts of a row. */
export type SealedTexts = Pick<TokenEntity, 'accessToken' | 'refreshToken' | 'previousRefreshToken'>;

/** Selects tokens; an absent field matches all. */
export interface TokenFilter {
  readonly state?: TokenState | undefined;
  /** The id of the connection that it belongs to. */
  readonly connection?: string | undefined;
}

/** The right to refresh one version of a row. */
export interface Lease {
  /** Of the row. */
  readonly id: string;
  readonly version: number;
  readonly leaseId: string;
}

/** The table of tokens. Every write of a refresh names its lease, and does nothing once another process has it. */
@Injectable()
export class TokensRepository {
  constructor(@InjectRepository(TokenEntity) private readonly rows: Repository<TokenEntity>) {}

  async find(id: string, transaction: EntityManager = this.rows.manager): Promise<TokenEntity | undefined> {
    return (await transaction.findOneBy(TokenEntity, { id })) ?? undefined;
  }

  /** The row that the owner had under another base URL, before an operator moved it. */
  async findMoved(id: string, owner: TokenOwner): Promise<TokenEntity | undefined> {
    const [moved] = await this.rows.query<{ id: string }[]>(sql.FIND_MOVED, [...ownerOfRow(owner), id]);
    return moved && this.find(moved.id);
  }

  /** Gives a row another id, with its texts sealed for it. Resolves with false where it is being refreshed. */
  async rekey({ id, version }: TokenEntity, newId: string, texts: SealedTexts): Promise<boolean> {
    const { accessToken, refreshToken, previousRefreshToken } = texts;
    return this.changes(sql.REKEY, [id, version, newId, accessToken, refreshToken, previousRefreshToken]);
  }

  /** Runs the changes in one transaction. */
  async transaction<T>(changes: (transaction: EntityManager) => Promise<T>): Promise<T> {
    return this.rows.manager.transaction(changes);
  }

  /** Locks a row against changes by others until the transaction ends. */
  async lock(id: string, transaction: EntityManager): Promise<void> {
    await transaction.query(sql.LOCK_ROW, [id]);
  }

  /** The version that {@link upsert} stores next; the row is locked until the transaction ends. */
  async nextVersion(id: string, transaction: EntityManager): Promise<number> {
    const [row] = await transaction.query<{ version: number }[]>(sql.NEXT_VERSION, [id]);
    return row?.version ?? 1;
  }

  /**
   * Stores a new grant and replaces what was stored before; a refresh in progress loses its lease. Resolves with false where
   * the row has another version by now.
   */
  async upsert(
    id: string,
    owner: TokenOwner,
    grant: SealedGrant,
    version: number,
    transaction: EntityManager,
  ): Promise<boolean> {
    const [bot, baseUrl, user, connection] = ownerOfRow(owner);
    await transaction.query(sql.DELETE_MOVED, [bot, baseUrl, user, connection, id]);
    const values = [id, owner.kind, baseUrl, bot, user, ...columnsOf(grant), version, connection];
    return (await transaction.query<unknown[]>(`${sql.UPSERT} RETURNING id`, values)).length > 0;
  }

  /** Resolves with false where another process has the lease, the row has changed, or the backoff is not over. */
  async lease({ id, version, leaseId }: Lease, seconds: number): Promise<boolean> {
    return this.changes(sql.LEASE, [id, version, leaseId, seconds]);
  }

  /** The same for an operator, in spite of a backoff and of the state `needs_consent`. */
  async leaseByHand({ id, version, leaseId }: Lease, seconds: number): Promise<boolean> {
    return this.changes(sql.LEASE_BY_HAND, [id, version, leaseId, seconds]);
  }

  /** Leases the due tokens of a connection that expire soonest; their `inFlight` is that before the lease. */
  async claimDue(
    limit: number,
    seconds: number,
    { id, baseUrl }: Pick<PlaneConnection, 'id' | 'baseUrl'>,
  ): Promise<TokenEntity[]> {
    type Claimed = { readonly id: string; readonly in_flight: boolean };
    const [claimed] = await this.rows.query<[Claimed[], number]>(sql.CLAIM_DUE, [limit, seconds, baseUrl, id]);
    if (claimed.length === 0) return [];
    const inFlight = new Map(claimed.map((each) => [each.id, each.in_flight]));
    const rows = await this.rows.findBy({ id: In([...inFlight.keys()]) });
    return rows.map((row) => Object.assign(row, { inFlight: inFlight.get(row.id) ?? false }));
  }

  /** Milliseconds until the next token falls due; below zero for one that is due. `undefined` where there is none. */
  async soonestDueInMs({ id, baseUrl }: Pick<PlaneConnection, 'id' | 'baseUrl'>): Promise<number | undefined> {
    const [row] = await this.rows.query<{ ms: number }[]>(sql.SOONEST_DUE, [baseUrl, id]);
    return row?.ms;
  }

  /** Stores the new pair in one statement. Resolves with false where the lease was lost. */
  async complete({ id, version, leaseId }: Lease, grant: SealedGrant): Promise<boolean> {
    return this.changes(sql.COMPLETE, [id, version, leaseId, ...columnsOf(grant)]);
  }

  /** Records a failure, to be retried. */
  async fail({ id, leaseId }: Lease, retryInSeconds: number, error: string): Promise<boolean> {
    return this.changes(sql.FAIL, [id, leaseId, retryInSeconds, error]);
  }

  /** Releases the lease without recording a failure. */
  async release({ id, leaseId }: Lease, retryInSeconds: number): Promise<boolean> {
    return this.changes(sql.RELEASE, [id, leaseId, retryInSeconds]);
  }

  /** Records that the user must consent again. Resolves with false where the lease was lost. */
  async needsConsent({ id, leaseId }: Lease, error: string, transaction: EntityManager): Promise<boolean> {
    return this.changes(sql.NEEDS_CONSENT, [id, leaseId, error], transaction);
  }

  /** Deletes the secrets. Resolves with false where there were none. */
  async revoke(owner: TokenOwner, transaction?: EntityManager): Promise<boolean> {
    return this.changes(sql.REVOKE, ownerOfRow(owner), transaction);
  }

  async countByState(): Promise<{ kind: string; state: string; count: number }[]> {
    return this.rows.query(sql.COUNT_BY_STATE);
  }

  /** Seconds until the first live token expires. `undefined` where none is live. */
  async soonestExpiryInSeconds(): Promise<number | undefined> {
    const [row] = await this.rows.query<{ seconds: number | null }[]>(sql.SOONEST_EXPIRY);
    return row?.seconds ?? undefined;
  }

  async summary(): Promise<TokenSummary> {
    const [row] = await this.rows.query<TokenSummary[]>(sql.SUMMARY);
    if (!row) throw new Error('the summary query returned no row');
    return row;
  }

  /** Those that expire soonest. @param limit default all */
  async soonest(limit: number | undefined, { state, connection }: TokenFilter): Promise<TokenEntity[]> {
    return this.rows.find({
      where: { ...(state !== undefined && { state }), ...(connection !== undefined && { connectionId: connection }) },
      order: { expiresAt: 'ASC', id: 'ASC' },
      ...(limit !== undefined && { take: limit }),
    });
  }

  /** Replaces the texts of a row, unless it has changed since it was read. */
  async reseal({ id, version, accessToken }: TokenEntity, texts: SealedTexts): Promise<void> {
    if (accessToken !== null) await this.rows.update({ id, version, accessToken }, { ...texts });
  }

  private async changes(
    statement: string,
    values: unknown[],
    transaction: EntityManager = this.rows.manager,
  ): Promise<boolean> {
    const [, affected] = await transaction.query<[unknown[], number]>(statement, values);
    return affected === 1;
  }
}

function ownerOfRow(owner: TokenOwner): [bot: string | null, baseUrl: string, user: string | null, connection: string] {
  const { baseUrl, connectionId = DEFAULT_CONNECTION } = owner;
  return owner.kind === 'bot'
    ? [owner.installationId, baseUrl, null, connectionId]
    : [null, baseUrl, owner.planeUserId, connectionId];
}

function columnsOf(grant: SealedGrant): unknown[] {
  const { accessToken, refreshToken, scope, ageSeconds, lifeSeconds, dueAfterSeconds } = grant;
  return [accessToken, refreshToken, scope, ageSeconds, lifeSeconds, dueAfterSeconds];
}
