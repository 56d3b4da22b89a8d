import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How a workspace usually sends by a connection; the row with empty ids is for all of them together. */
@Entity('connection_traffic')
export class WorkspaceTrafficEntity {
  @PrimaryColumn('text', { name: 'connection_id', primaryKeyConstraintName: 'connection_traffic_pkey' })
  connectionId!: string;

  @PrimaryColumn('text', { name: 'workspace_id', primaryKeyConstraintName: 'connection_traffic_pkey' })
  workspaceId!: string;

  /** When its newest delivery arrived, of those that were read. */
  @Column('timestamptz', { name: 'last_at' })
  lastAt!: Date;

  /** Its gaps are known from here on; null while the app is not installed there. */
  @Column('timestamptz', { name: 'watched_from', nullable: true })
  watchedFrom!: Date | null;

  /** The longest time between two deliveries since `gaps_from`. */
  @Column('double precision', { name: 'longest_gap_seconds', default: 0 })
  longestGapSeconds!: number;

  /** The same for the week before. */
  @Column('double precision', { name: 'earlier_gap_seconds', default: 0 })
  earlierGapSeconds!: number;

  @Column('timestamptz', { name: 'gaps_from' })
  gapsFrom!: Date;

  /** When its silence was logged; null while it sends. */
  @Column('timestamptz', { name: 'silent_told_at', nullable: true })
  silentAlertedAt!: Date | null;

  /** When the newest delivery of version v1 arrived. */
  @Column('timestamptz', { name: 'v1_last_at', nullable: true })
  v1LastAt!: Date | null;

  @Column('timestamptz', { name: 'v1_told_at', nullable: true })
  v1LoggedAt!: Date | null;

  /** When Plane's API was last compared with the webhooks. */
  @Column('timestamptz', { name: 'verified_at', nullable: true })
  verifiedAt!: Date | null;

  /** The first change that the API showed then and that no webhook had announced. */
  @Column('timestamptz', { name: 'missed_since', nullable: true })
  missedSince!: Date | null;
}
