import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  PrimaryColumn,
  UpdateDateColumn,
  VirtualColumn,
} from 'typeorm';
import { type TokenKind, type TokenOwner, type TokenState } from './token.js';

/** A bot's or a user's token pair, encrypted; one row a bot installation, one a Plane user. */
@Entity('tokens')
@Index('tokens_bot_key', ['installationId'], { unique: true, where: `kind = 'bot'` })
@Index('tokens_user_key', ['connectionId', 'baseUrl', 'planeUserId'], { unique: true, where: `kind = 'user'` })
@Index('tokens_due_idx', ['dueAt'], { where: `state = 'live'` })
@Check('tokens_state_check', `state IN ('live', 'needs_consent', 'revoked')`)
@Check(
  'tokens_wiped_check',
  `(state <> 'revoked' AND access_token IS NOT NULL)
   OR (state = 'revoked' AND access_token IS NULL AND refresh_token IS NULL AND previous_refresh_token IS NULL)`,
)
@Check(
  'tokens_owner_check',
  `(kind = 'bot' AND installation_id IS NOT NULL AND plane_user_id IS NULL)
   OR (kind = 'user' AND installation_id IS NULL AND plane_user_id IS NOT NULL)`,
)
export class TokenEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'tokens_pkey' })
  id!: string;

  @Column('text')
  kind!: TokenKind;

  /** The connection of the configuration whose app got it. */
  @Column('text', { name: 'connection_id', default: 'default' })
  connectionId!: string;

  @Column('text', { name: 'base_url' })
  baseUrl!: string;

  @Column('uuid', { name: 'installation_id', nullable: true })
  installationId!: string | null;

  @Column('text', { name: 'plane_user_id', nullable: true })
  planeUserId!: string | null;

  /** Null once it is revoked. */
  @Column('text', { name: 'access_token', nullable: true })
  accessToken!: string | null;

  @Column('text', { name: 'refresh_token', nullable: true })
  refreshToken!: string | null;

  @Column('text', { nullable: true })
  scope!: string | null;

  @Column('timestamptz', { name: 'obtained_at' })
  obtainedAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  /** When it is due for a refresh. */
  @Column('timestamptz', { name: 'due_at' })
  dueAt!: Date;

  @Column('integer', { default: 1 })
  version!: number;

  @Column('text', { default: 'live' })
  state!: TokenState;

  /** Identifies the refresh that may write; void once `lease_until` has passed. */
  @Column('uuid', { name: 'lease_id', nullable: true })
  leaseId!: string | null;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  /** The refresh token has been sent, and Plane's answer is not stored. */
  @Column('boolean', { name: 'in_flight', default: false })
  inFlight!: boolean;

  /** The refresh token before this one, until this one has worked. */
  @Column('text', { name: 'previous_refresh_token', nullable: true })
  previousRefreshToken!: string | null;

  /** Failed refreshes in a row. */
  @Column('integer', { default: 0 })
  failures!: number;

  @Column('timestamptz', { name: 'next_attempt_at', nullable: true })
  nextAttemptAt!: Date | null;

  @Column('text', { name: 'last_error', nullable: true })
  lastError!: string | null;

  /** From when the row is read, by the database's clock; like the next three. */
  @VirtualColumn('double precision', { query: (row) => msUntil(`${row}.due_at`) })
  dueInMs!: number;

  @VirtualColumn('double precision', { query: (row) => msUntil(`${row}.expires_at`) })
  expiresInMs!: number;

  @VirtualColumn('double precision', { query: (row) => msUntil(`coalesce(${row}.next_attempt_at, now())`) })
  retryInMs!: number;

  /** Since it was obtained. */
  @VirtualColumn('double precision', { query: (row) => ms(`clock_timestamp() - ${row}.obtained_at`) })
  ageMs!: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}

function msUntil(time: string): string {
  return ms(`${time} - clock_timestamp()`);
}

function ms(interval: string): string {
  return `SELECT extract(epoch FROM ${interval})::float8 * 1000`;
}

/** The owner of the token in a row. */
export function ownerOf({ kind, connectionId, baseUrl, installationId, planeUserId }: TokenEntity): TokenOwner {
  return kind === 'bot'
    ? { kind, connectionId, baseUrl, installationId: installationId ?? '' }
    : { kind, connectionId, baseUrl, planeUserId: planeUserId ?? '' };
}
