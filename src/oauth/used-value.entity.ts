import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The hash of a state that was used up, or of a code that was seen: it is not accepted again. */
@Entity('oauth_used_values')
@Index('oauth_used_values_expiry_idx', ['expiresAt'])
export class UsedValueEntity {
  @PrimaryColumn('text', { name: 'value_hash', primaryKeyConstraintName: 'oauth_used_values_pkey' })
  valueHash!: string;

  /** Of a code: the hash of the state that came with it first. */
  @Column('text', { name: 'state_hash', nullable: true })
  stateHash!: string | null;

  /** After this time the value has expired by itself. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
