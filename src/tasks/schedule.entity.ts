import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When a method with `@OnSchedule` runs next. */
@Entity('schedules')
export class ScheduleEntity {
  /** `Class.method`. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'schedules_pkey' })
  handler!: string;

  @Column('text')
  cron!: string;

  @Column('text', { name: 'time_zone' })
  timeZone!: string;

  @Column('timestamptz', { name: 'next_at' })
  nextAt!: Date;

  /** The last occurrence for which it ran. */
  @Column('timestamptz', { name: 'last_at', nullable: true })
  lastAt!: Date | null;
}
