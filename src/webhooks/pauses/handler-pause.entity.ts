import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A handler that an operator paused. */
@Entity('handler_pauses')
export class HandlerPauseEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'handler_pauses_pkey' })
  handler!: string;

  @Column('timestamptz', { name: 'paused_at' })
  pausedAt!: Date;

  /** The operator's name. */
  @Column('text', { name: 'paused_by' })
  pausedBy!: string;

  @Column('text', { nullable: true })
  reason!: string | null;
}
