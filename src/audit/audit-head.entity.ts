import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row that says where the audit log ends, so that a removed end shows. An append moves it, and nothing else can. */
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
