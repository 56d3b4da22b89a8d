import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** A request with an `Idempotency-Key`, and its response once there is one. */
@Entity('idempotency_keys')
@Index('idempotency_keys_started_idx', ['startedAt'])
@Check('idempotency_keys_state_check', `state IN ('running', 'answered', 'unknown')`)
export class IdempotencyKeyEntity {
  /** SHA-256 of the operator and the key. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'idempotency_keys_pkey' })
  id!: string;

  /** SHA-256 of method, path and body. */
  @Column('text')
  request!: string;

  @Column('text', { default: 'running' })
  state!: string;

  @Column('integer', { nullable: true })
  status!: number | null;

  /** The JSON that was sent; null for a response without a body. */
  @Column('text', { nullable: true })
  answer!: string | null;

  @CreateDateColumn({ name: 'started_at', type: 'timestamptz' })
  startedAt!: Date;
}
