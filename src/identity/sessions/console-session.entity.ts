import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { type OperatorRole } from '../operator-role.js';

/** A session of the console. The id is hashed and the id token encrypted: a copy of the table gives no access. */
@Entity('console_sessions')
@Index('console_sessions_subject_idx', ['issuer', 'subject'])
@Index('console_sessions_expiry_idx', ['expiresAt'])
@Check('console_sessions_role_check', `role IN ('viewer', 'operator', 'admin')`)
export class ConsoleSessionEntity {
  @PrimaryColumn('text', { name: 'id_hash', primaryKeyConstraintName: 'console_sessions_pkey' })
  idHash!: string;

  @Column('text')
  issuer!: string;

  @Column('text')
  subject!: string;

  /** The session at the provider. */
  @Column('text', { nullable: true })
  sid!: string | null;

  @Column('text', { nullable: true })
  name!: string | null;

  @Column('text', { nullable: true })
  email!: string | null;

  @Column('text', { nullable: true })
  role!: OperatorRole | null;

  @Column('text', { name: 'id_token', nullable: true })
  idToken!: string | null;

  @Column('text', { name: 'csrf_token' })
  csrfToken!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'last_seen_at', default: () => 'now()' })
  lastSeenAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
