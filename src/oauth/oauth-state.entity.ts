import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import { type OAuthFlow } from './pending-consent.js';

/** A consent that was pending before release 0.2: stored as hashes, so that a copy of the table is of no use. */
@Entity('oauth_states')
@Index('oauth_states_expiry_idx', ['expiresAt'])
@Check('oauth_states_flow_check', `flow IN ('bot', 'user')`)
export class OAuthStateEntity {
  @PrimaryColumn('text', { name: 'state_hash', primaryKeyConstraintName: 'oauth_states_pkey' })
  stateHash!: string;

  @Column('text', { name: 'browser_hash' })
  browserHash!: string;

  @Column('text')
  flow!: OAuthFlow;

  @Column('text', { name: 'return_to', nullable: true })
  returnTo!: string | null;

  /** Who was signed in when a user's consent was started. */
  @Column('text', { nullable: true })
  subject!: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'used_at', nullable: true })
  usedAt!: Date | null;
}
