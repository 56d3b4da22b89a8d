import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import { type AttemptRecord } from '../webhooks/deliveries/outcome.js';
import { type LogLine } from '../webhooks/discovery/handler-logger.js';
import { type TaskState } from './task-pages.js';

/** A task that runs at a time. */
@Entity('scheduled_tasks')
@Index('scheduled_tasks_due_idx', ['name', 'dueAt'], { where: `state = 'waiting'` })
@Index('scheduled_tasks_key_key', ['installationId', 'name', 'key'], {
  unique: true,
  where: `state = 'waiting' AND key IS NOT NULL`,
})
@Index('scheduled_tasks_installation_idx', ['installationId', 'name', 'key'])
@Index('scheduled_tasks_entity_idx', ['workspaceId', 'entityId'], {
  where: `cancel_on IS NOT NULL AND state IN ('waiting', 'queued', 'parked')`,
})
@Index('scheduled_tasks_state_idx', ['state', 'name'], { where: 'ended_at IS NULL' })
@Index('scheduled_tasks_updated_idx', ['updatedAt'], { where: `state <> 'waiting'` })
@Check(
  'scheduled_tasks_state_check',
  `state IN ('waiting', 'queued', 'running', 'parked', 'handled', 'skipped', 'dead_lettered', 'cancelled')`,
)
export class ScheduledTaskEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'scheduled_tasks_pkey' })
  id!: string;

  /** That of its `@OnTask`; of a schedule, `schedule/` and its handler's id. */
  @Column('text')
  name!: string;

  /** Hangar's id; null for a run of a schedule that is not for each installation. */
  @Column('uuid', { name: 'installation_id', nullable: true })
  installationId!: string | null;

  @Column('text', { name: 'workspace_id', nullable: true })
  workspaceId!: string | null;

  @Column('text', { nullable: true })
  key!: string | null;

  @Column('jsonb', { nullable: true })
  data!: unknown;

  @Column('text', { default: 'waiting' })
  state!: TaskState;

  @Column('timestamptz', { name: 'due_at' })
  dueAt!: Date;

  /** The work item, or else the entity, whose events cancel it. */
  @Column('text', { name: 'entity_id', nullable: true })
  entityId!: string | null;

  /** The names of the events that cancel it. */
  @Column('text', { name: 'cancel_on', array: true, nullable: true })
  cancelOn!: string[] | null;

  /** The last 50, oldest first. */
  @Column('jsonb', { default: [] })
  attempts!: AttemptRecord[];

  /** The last 200 lines of all attempts. */
  @Column('jsonb', { default: [] })
  log!: LogLine[];

  /** Why it is in this state. */
  @Column('text', { nullable: true })
  reason!: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  /** When its first run began. */
  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
