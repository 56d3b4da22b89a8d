import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A link between a Plane user and a person who signs in here. */
@Entity('linked_users')
@Index('linked_users_subject_idx', ['issuer', 'subject'])
export class LinkedUserEntity {
  @PrimaryColumn('text', { name: 'base_url', primaryKeyConstraintName: 'linked_users_pkey' })
  baseUrl!: string;

  @PrimaryColumn('text', { name: 'plane_user_id', primaryKeyConstraintName: 'linked_users_pkey' })
  planeUserId!: string;

  @Column('text')
  issuer!: string;

  @Column('text')
  subject!: string;

  @Column('timestamptz', { name: 'linked_at', default: () => 'now()' })
  linkedAt!: Date;
}
