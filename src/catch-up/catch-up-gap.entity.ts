import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A change, or a group of them, that cannot be recovered from Plane's API. */
@Entity('catch_up_gaps')
@Unique('catch_up_gaps_key_key', ['installationId', 'key'])
@Index('catch_up_gaps_created_idx', ['createdAt'])
export class CatchUpGapEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'catch_up_gaps_pkey' })
  id!: string;

  @Column('uuid', { name: 'installation_id' })
  installationId!: string;

  @Column('uuid', { name: 'run_id' })
  runId!: string;

  /** The same however often it is found. */
  @Column('text')
  key!: string;

  /** `workitem`, `project`, `cycle` …, `agent_run`. */
  @Column('text')
  kind!: string;

  @Column('text', { name: 'project_id', nullable: true })
  projectId!: string | null;

  @Column('text', { name: 'entity_id', nullable: true })
  entityId!: string | null;

  /** What is missing, and why. */
  @Column('text')
  detail!: string;

  /** When it changed, where Plane shows it. */
  @Column('timestamptz', { name: 'changed_at', nullable: true })
  changedAt!: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
