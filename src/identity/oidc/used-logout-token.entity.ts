import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A logout token that was used, by the hash of its id. */
@Entity('used_logout_tokens')
@Index('used_logout_tokens_expiry_idx', ['expiresAt'])
export class UsedLogoutTokenEntity {
  @PrimaryColumn('text', { name: 'token_hash', primaryKeyConstraintName: 'used_logout_tokens_pkey' })
  tokenHash!: string;

  /** From then on the token is too old to be taken anyway. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
