import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { AgentRunEntity } from './agent-run.entity.js';

/** Where a turn is: `waiting` for its run or the next attempt, `running`, `parked` until a consent, or `closed`. */
export type TurnState = 'waiting' | 'running' | 'parked' | 'closed';

/** How a turn was closed; `merged`: another turn took its prompt. */
export type TurnOutcome = 'completed' | 'awaiting' | 'failed' | 'stopped' | 'merged';

/** A user's message as it is stored with its turn. */
export interface StoredPrompt {
  readonly id: string;
  readonly text: string;
  readonly html?: string;
  readonly actorId?: string;
}

/** One prompt of an agent run, and what became of it. */
@Entity('agent_turns')
@Unique('agent_turns_prompt_key', ['runId', 'promptId'])
@Index('agent_turns_run_idx', ['runId', 'position'])
@Index('agent_turns_open_idx', ['state', 'runId'], { where: `state <> 'closed'` })
@Index('agent_turns_delivery_idx', ['deliveryId'])
@Index('agent_turns_prompt_idx', ['promptId'])
@Index('agent_turns_reference_idx', ['reference'], { where: 'reference IS NOT NULL' })
@Index('agent_turns_outcome_idx', ['outcome', 'runId'], { where: `outcome IN ('awaiting', 'failed')` })
@Check('agent_turns_state_check', `state IN ('waiting', 'running', 'parked', 'closed')`)
@Check(
  'agent_turns_outcome_check',
  `outcome IN ('completed', 'awaiting', 'failed', 'stopped', 'merged') AND (state = 'closed') = (outcome IS NOT NULL)`,
)
export class AgentTurnEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'agent_turns_pkey' })
  id!: string;

  @ManyToOne(() => AgentRunEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'run_id', foreignKeyConstraintName: 'agent_turns_run_fkey' })
  run!: Relation<AgentRunEntity>;

  @Column('uuid', { name: 'run_id' })
  runId!: string;

  /** Plane's id of the prompt activity; null while only the run's creation is known. */
  @Column('text', { name: 'prompt_id', nullable: true })
  promptId!: string | null;

  @Column('jsonb', { nullable: true })
  prompt!: StoredPrompt | null;

  /** The order of receipt in the run: microseconds since 1970 by the database's clock. */
  @Column('bigint')
  position!: string;

  /** When the prompt was written, by Plane's clock; null where Plane does not say. */
  @Column('timestamptz', { name: 'prompted_at', nullable: true })
  promptedAt!: Date | null;

  /** The webhook that the turn was made from. */
  @Column('uuid', { name: 'delivery_id' })
  deliveryId!: string;

  @Column('text')
  handler!: string;

  @Column('text')
  state!: TurnState;

  /** Set exactly where the turn is closed. */
  @Column('text', { nullable: true })
  outcome!: TurnOutcome | null;

  @Column('timestamptz', { name: 'stop_requested_at', nullable: true })
  stopRequestedAt!: Date | null;

  /** What `session.save` was given last, encrypted. */
  @Column('text', { name: 'saved_state', nullable: true })
  savedState!: string | null;

  /** How often the method was called; the last call alone may write. */
  @Column('integer', { default: 0 })
  starts!: number;

  /** The attempt of the last call: 1 for the first. */
  @Column('integer', { default: 0 })
  attempt!: number;

  /** The number of its last activity; the acknowledgement is 0. */
  @Column('integer', { default: 0 })
  activities!: number;

  /** The turn that took the prompt of this one. */
  @Column('uuid', { name: 'merged_into', nullable: true })
  mergedInto!: string | null;

  /** The call that took it; null once that turn has saved its state since. */
  @Column('integer', { name: 'merged_start', nullable: true })
  mergedStart!: number | null;

  /** Why it ended so, for operators. */
  @Column('text', { nullable: true })
  reason!: string | null;

  /** In what the user reads of a failed turn, for operators to search by. */
  @Column('text', { nullable: true })
  reference!: string | null;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;

  @Column('timestamptz', { name: 'acknowledged_at', nullable: true })
  acknowledgedAt!: Date | null;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
