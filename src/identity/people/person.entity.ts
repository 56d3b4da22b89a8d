import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { type OperatorRole } from '../operator-role.js';

/** A person who has signed in, or was disabled before doing so. */
@Entity('people')
@Check('people_role_check', `role IN ('viewer', 'operator', 'admin')`)
export class PersonEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'people_pkey' })
  issuer!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'people_pkey' })
  subject!: string;

  @Column('text', { nullable: true })
  name!: string | null;

  @Column('text', { nullable: true })
  email!: string | null;

  /** At the last sign-in. */
  @Column('text', { nullable: true })
  role!: OperatorRole | null;

  @Column('timestamptz', { name: 'first_seen_at', nullable: true })
  firstSeenAt!: Date | null;

  @Column('timestamptz', { name: 'last_seen_at', nullable: true })
  lastSeenAt!: Date | null;

  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt!: Date | null;
}
