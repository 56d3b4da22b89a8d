import { Column, Entity, PrimaryColumn } from 'typeorm';

/** TypeORM modifies the options object, so each column needs its own. */
const key = (): { primaryKeyConstraintName: string } => ({
  primaryKeyConstraintName: 'activity_minutes_pkey',
});

/** The count of one series in one minute, over all processes. */
@Entity('activity_minutes')
export class ActivityMinuteEntity {
  /** The start of the minute. */
  @PrimaryColumn('timestamptz', key())
  minute!: Date;

  @PrimaryColumn('text', key())
  series!: string;

  /** Empty if the series has no handler. */
  @PrimaryColumn('text', key())
  handler!: string;

  @Column('integer')
  count!: number;

  /** Sum of the measured durations; 0 if the series has none. */
  @Column('double precision', { name: 'sum_ms' })
  sumMs!: number;

  @Column('double precision', { name: 'max_ms' })
  maxMs!: number;
}
