import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  type Relation,
  Unique,
} from 'typeorm';
import { AgentTurnEntity } from './agent-turn.entity.js';

/** What an agent may post. */
export type ActivityType = 'thought' | 'action' | 'response' | 'elicitation' | 'error';

/** `pending`: to be sent, or sent with an unknown result; `dropped`: not worth sending any more; `failed`: Plane rejected it. */
export type ActivityStatus = 'pending' | 'sent' | 'dropped' | 'failed';

/** The content of an activity, as Plane takes it. */
export type ActivityContent =
  | { readonly type: Exclude<ActivityType, 'action'>; readonly body: string }
  | { readonly type: 'action'; readonly action: string; readonly parameters: Readonly<Record<string, string>> };

/** An activity that Hangar posts: written down before it is sent, and marked after. */
@Entity('agent_activities')
@Unique('agent_activities_number_key', ['turnId', 'number'])
@Unique('agent_activities_key_key', ['key'])
@Index('agent_activities_closing_key', ['turnId'], { unique: true, where: `closes AND status <> 'failed'` })
@Index('agent_activities_pending_idx', ['createdAt'], { where: `status = 'pending'` })
@Check('agent_activities_type_check', `type IN ('thought', 'action', 'response', 'elicitation', 'error')`)
@Check('agent_activities_status_check', `status IN ('pending', 'sent', 'dropped', 'failed')`)
export class AgentActivityEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'agent_activities_pkey' })
  id!: string;

  @ManyToOne(() => AgentTurnEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'turn_id', foreignKeyConstraintName: 'agent_activities_turn_fkey' })
  turn!: Relation<AgentTurnEntity>;

  @Column('uuid', { name: 'turn_id' })
  turnId!: string;

  /** 0 is the acknowledgement. */
  @Column('integer')
  number!: number;

  /** Travels in `content_metadata`: by it this one is found in Plane's list of activities. */
  @Column('text')
  key!: string;

  @Column('text')
  type!: ActivityType;

  /** Not `jsonb`, which would change the order of an action's parameters. */
  @Column('json')
  content!: ActivityContent;

  @Column('text', { nullable: true })
  signal!: 'auth_request' | 'select' | null;

  @Column('json', { name: 'signal_metadata', nullable: true })
  signalMetadata!: Record<string, unknown> | null;

  /** The call of the method that posts it; null for one of Hangar's own. */
  @Column('integer', { nullable: true })
  start!: number | null;

  /** It ends its turn; a turn has one such activity that did not fail. */
  @Column('boolean')
  closes!: boolean;

  @Column('text')
  status!: ActivityStatus;

  /** Who sends it, since when; another may after a while. */
  @Column('uuid', { name: 'claimed_by', nullable: true })
  claimedBy!: string | null;

  @Column('timestamptz', { name: 'claimed_at', nullable: true })
  claimedAt!: Date | null;

  /** Plane's id, once it is sent. */
  @Column('text', { name: 'plane_id', nullable: true })
  planeId!: string | null;

  @Column('text', { nullable: true })
  error!: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'sent_at', nullable: true })
  sentAt!: Date | null;
}
