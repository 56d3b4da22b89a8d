import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How a workspace usually sends; the row without a workspace stands for all of them together. */
@Entity('workspace_traffic')
export class WorkspaceTrafficEntity {
  @PrimaryColumn('text', { name: 'workspace_id', primaryKeyConstraintName: 'workspace_traffic_pkey' })
  workspaceId!: string;

  /** When its newest delivery came, of those that were looked at. */
  @Column('timestamptz', { name: 'last_at' })
  lastAt!: Date;

  /** Its habit is known from here on; null while the app is not installed there. */
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

  /** When its silence was told; null while it sends. */
  @Column('timestamptz', { name: 'silent_told_at', nullable: true })
  silentToldAt!: Date | null;

  /** When the newest delivery of version v1 came. */
  @Column('timestamptz', { name: 'v1_last_at', nullable: true })
  v1LastAt!: Date | null;

  @Column('timestamptz', { name: 'v1_told_at', nullable: true })
  v1ToldAt!: Date | null;
}
