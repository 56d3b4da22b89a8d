import { Column, CreateDateColumn, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { DEFAULT_CONNECTION } from '../config/plane-connection.js';
import { type AgentRunStatus } from '../webhooks/events/plane-event.js';

/** An agent run of Plane, as it was last seen. */
@Entity('agent_runs')
@Unique('agent_runs_run_key', ['workspaceId', 'runId', 'connectionId'])
@Index('agent_runs_heartbeat_idx', ['connectionId', 'heartbeatAt'], { where: 'heartbeat_at IS NOT NULL' })
@Index('agent_runs_connection_idx', ['connectionId', 'id'])
@Index('agent_runs_updated_idx', ['updatedAt'])
@Index('agent_runs_plane_idx', ['runId'])
@Index('agent_runs_work_item_idx', ['workItemId'])
export class AgentRunEntity {
  /** Hangar's own id. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'agent_runs_pkey' })
  id!: string;

  /** The connection that its webhooks come by. */
  @Column('text', { name: 'connection_id', default: DEFAULT_CONNECTION })
  connectionId!: string;

  @Column('text', { name: 'workspace_id' })
  workspaceId!: string;

  /** Plane's id. */
  @Column('text', { name: 'run_id' })
  runId!: string;

  @Column('text')
  status!: AgentRunStatus;

  @Column('text', { name: 'work_item_id', nullable: true })
  workItemId!: string | null;

  @Column('text', { name: 'project_id', nullable: true })
  projectId!: string | null;

  @Column('text', { name: 'comment_id', nullable: true })
  commentId!: string | null;

  /** Who mentioned the app. */
  @Column('text', { name: 'creator_id', nullable: true })
  creatorId!: string | null;

  @Column('text', { name: 'agent_user_id', nullable: true })
  agentUserId!: string | null;

  /** A stop ends the turns before it, and no other. This is the position of the last one. */
  @Column('bigint', { name: 'stop_position', nullable: true })
  stopPosition!: string | null;

  /** Plane's time of the last stop with one: it ends the turns whose prompts have an earlier time. */
  @Column('timestamptz', { name: 'stop_prompted_at', nullable: true })
  stopPromptedAt!: Date | null;

  /** The position of the last stop without a time: it ends the turns with a lower position. */
  @Column('bigint', { name: 'untimed_stop_position', nullable: true })
  untimedStopPosition!: string | null;

  /** When Hangar's last activity was posted. */
  @Column('timestamptz', { name: 'last_activity_at', nullable: true })
  lastActivityAt!: Date | null;

  /** When the next heartbeat is due; null while no turn is open. */
  @Column('timestamptz', { name: 'heartbeat_at', nullable: true })
  heartbeatAt!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  /** When its last turn was closed; null while one is open. */
  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
