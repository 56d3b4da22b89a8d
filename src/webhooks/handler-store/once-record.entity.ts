import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Work that a handler's class does once with `context.once`: in progress, or done. */
@Entity('handler_once')
@Index('handler_once_expires_idx', ['expiresAt'], { where: 'expires_at IS NOT NULL' })
export class OnceRecordEntity {
  /** Hangar's own id. */
  @PrimaryColumn('uuid', { name: 'installation_id', primaryKeyConstraintName: 'handler_once_pkey' })
  installationId!: string;

  @PrimaryColumn('text', { name: 'handler_class', primaryKeyConstraintName: 'handler_once_pkey' })
  handlerClass!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'handler_once_pkey' })
  key!: string;

  /** The job whose run does the work: a retry of it continues at once. */
  @Column('text')
  owner!: string;

  /** Until then other runs wait for the owner. */
  @Column('timestamptz', { name: 'leased_until' })
  leasedUntil!: Date;

  /** Null while the work is in progress, and after a crash. */
  @Column('timestamptz', { name: 'done_at', nullable: true })
  doneAt!: Date | null;

  /** JSON; null for a result that is none. */
  @Column('text', { nullable: true })
  result!: string | null;

  /** When the row is deleted; null: with the installation. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;
}
