import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A used logout token, identified by the hash of its id. */
@Entity('used_logout_tokens')
@Index('used_logout_tokens_expiry_idx', ['expiresAt'])
export class UsedLogoutTokenEntity {
  @PrimaryColumn('text', { name: 'token_hash', primaryKeyConstraintName: 'used_logout_tokens_pkey' })
  tokenHash!: string;

  /** After this time the token is rejected for its age. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
