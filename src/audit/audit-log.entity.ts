import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An entry of the audit log. Triggers reject updates and deletes. */
@Entity('audit_log')
@Index('audit_log_at_idx', ['at'])
@Index('audit_log_action_idx', ['action', 'seq'])
@Index('audit_log_actor_idx', ['actorId', 'seq'])
@Index('audit_log_target_idx', ['target', 'seq'])
@Index('audit_log_outcome_idx', ['outcome', 'seq'])
export class AuditLogEntity {
  /** 1, 2, 3 … without a gap. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'audit_log_pkey' })
  seq!: string;

  /** With milliseconds, as in the hash. */
  @Column({ type: 'timestamptz', precision: 3 })
  at!: Date;

  @Column('text', { name: 'actor_kind' })
  actorKind!: string;

  @Column('text', { name: 'actor_id' })
  actorId!: string;

  @Column('text', { name: 'actor_name', nullable: true })
  actorName!: string | null;

  @Column('text', { name: 'actor_from', nullable: true })
  actorFrom!: string | null;

  @Column('text')
  action!: string;

  @Column('text', { nullable: true })
  target!: string | null;

  @Column('text')
  outcome!: string;

  @Column('jsonb')
  details!: Record<string, unknown>;

  @Column('text', { name: 'previous_hash' })
  previousHash!: string;

  @Column('text')
  hash!: string;
}
