import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The calls that a token may still make in its current minute, shared by all replicas. */
@Entity('plane_budgets')
export class CallBudgetEntity {
  /** Whose token it is. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'plane_budgets_pkey' })
  key!: string;

  /** Calls a window. */
  @Column('integer', { name: 'calls_limit' })
  callsLimit!: number;

  /** Calls left in the window. */
  @Column('integer')
  remaining!: number;

  /** When the window ends. */
  @Column('timestamptz', { name: 'resets_at' })
  resetsAt!: Date;
}
