import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { type CatchUpProgress, type CatchUpReason } from './catch-up-run.js';

/** One catch-up of an installation. */
@Entity('catch_up_runs')
@Index('catch_up_runs_open_key', ['installationId'], { unique: true, where: 'ended_at IS NULL' })
@Index('catch_up_runs_installation_idx', ['installationId', 'createdAt'])
@Check('catch_up_runs_state_check', `state IN ('waiting', 'running', 'done', 'failed')`)
export class CatchUpRunEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'catch_up_runs_pkey' })
  id!: string;

  @Column('uuid', { name: 'installation_id' })
  installationId!: string;

  @Column('text')
  reason!: CatchUpReason;

  /** The operator's name. */
  @Column('text', { name: 'requested_by', nullable: true })
  requestedBy!: string | null;

  /** Changes later than this are read, by Plane's clock. */
  @Column('timestamptz')
  since!: Date;

  /** And none later than this. */
  @Column('timestamptz')
  until!: Date;

  @Column('text', { default: 'waiting' })
  state!: 'waiting' | 'running' | 'done' | 'failed';

  @Column('jsonb', { default: {} })
  progress!: CatchUpProgress;

  /** Changes that became events. */
  @Column('integer', { default: 0 })
  recovered!: number;

  /** Changes that webhooks had announced. */
  @Column('integer', { default: 0 })
  known!: number;

  @Column('integer', { default: 0 })
  unrecoverable!: number;

  /** To Plane. */
  @Column('integer', { default: 0 })
  calls!: number;

  /** One after the other, since it last went forward. */
  @Column('integer', { default: 0 })
  failures!: number;

  /** The first and the last change that Plane should have announced and did not. */
  @Column('timestamptz', { name: 'first_missed_at', nullable: true })
  firstMissedAt!: Date | null;

  @Column('timestamptz', { name: 'last_missed_at', nullable: true })
  lastMissedAt!: Date | null;

  /** Why it failed, or why it is being retried. */
  @Column('text', { nullable: true })
  error!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
