import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What was seen of an installation's changes. */
@Entity('catch_up_states')
@Index('catch_up_states_check_idx', ['checkAt'])
export class CatchUpStateEntity {
  @PrimaryColumn('uuid', { name: 'installation_id', primaryKeyConstraintName: 'catch_up_states_pkey' })
  installationId!: string;

  @Column('text', { name: 'workspace_id' })
  workspaceId!: string;

  /** The watermark: Plane's changes until then were announced by webhooks, recovered, or listed as unrecoverable. */
  @Column('timestamptz', { name: 'seen_to', default: () => 'now()' })
  seenTo!: Date;

  /** When Plane's API was last compared with the webhooks. */
  @Column('timestamptz', { name: 'checked_at', nullable: true })
  checkedAt!: Date | null;

  /** When the next check is due. */
  @Column('timestamptz', { name: 'check_at', default: () => 'now()' })
  checkAt!: Date;

  /** No receiver stored webhooks from then on; the next check starts a catch-up. */
  @Column('timestamptz', { name: 'suspect_since', nullable: true })
  suspectSince!: Date | null;

  /** The first change that no webhook announced, while none has arrived since. */
  @Column('timestamptz', { name: 'missed_since', nullable: true })
  missedSince!: Date | null;

  /** When all of the workspace's lists were last read. */
  @Column('timestamptz', { name: 'lists_at', nullable: true })
  listsAt!: Date | null;

  /** How many work items the API showed at the last check, where no webhook had arrived for a while; else null. */
  @Column('integer', { name: 'work_items', nullable: true })
  workItems!: number | null;
}
