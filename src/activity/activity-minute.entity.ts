import { Column, Entity, PrimaryColumn } from 'typeorm';

/** TypeORM writes into the options that it is given: each column has its own. */
const key = (): { primaryKeyConstraintName: string } => ({
  primaryKeyConstraintName: 'activity_minutes_pkey',
});

/** What all processes counted of one series in one minute. */
@Entity('activity_minutes')
export class ActivityMinuteEntity {
  /** When it begins. */
  @PrimaryColumn('timestamptz', key())
  minute!: Date;

  @PrimaryColumn('text', key())
  series!: string;

  /** Empty where the series has none. */
  @PrimaryColumn('text', key())
  handler!: string;

  @Column('integer')
  count!: number;

  /** Of the times that were measured; 0 where the series has none. */
  @Column('double precision', { name: 'sum_ms' })
  sumMs!: number;

  @Column('double precision', { name: 'max_ms' })
  maxMs!: number;
}
