import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** A request that came with an `Idempotency-Key`, and its answer once it has one. */
@Entity('idempotency_keys')
@Index('idempotency_keys_started_idx', ['startedAt'])
@Check('idempotency_keys_state_check', `state IN ('running', 'answered', 'unknown')`)
export class IdempotencyKeyEntity {
  /** SHA-256 of whose it is and of the key. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'idempotency_keys_pkey' })
  id!: string;

  /** SHA-256 of method, path and body. */
  @Column('text')
  request!: string;

  @Column('text', { default: 'running' })
  state!: string;

  @Column('integer', { nullable: true })
  status!: number | null;

  /** JSON as it was sent; null where the answer has no body. */
  @Column('text', { nullable: true })
  answer!: string | null;

  @CreateDateColumn({ name: 'started_at', type: 'timestamptz' })
  startedAt!: Date;
}
