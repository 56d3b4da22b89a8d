import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** The single row with the end of the audit log, so that removed last entries are detected. Only an append changes it. */
@Entity('audit_head')
@Check('audit_head_single_check', 'single')
export class AuditHeadEntity {
  @PrimaryColumn('boolean', { primaryKeyConstraintName: 'audit_head_pkey' })
  single!: boolean;

  @Column('bigint')
  seq!: string;

  @Column('text')
  hash!: string;
}
