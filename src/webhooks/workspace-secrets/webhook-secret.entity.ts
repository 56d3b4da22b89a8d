import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A workspace secret, encrypted: the current one, and the previous one during a rotation. */
@Entity('webhook_secrets')
@Unique('webhook_secrets_fingerprint_key', ['connectionId', 'baseUrl', 'workspaceId', 'fingerprint'])
export class WebhookSecretEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'webhook_secrets_pkey' })
  id!: string;

  /** The connection of the configuration whose webhooks it signs. */
  @Column('text', { name: 'connection_id', default: 'default' })
  connectionId!: string;

  @Column('text', { name: 'base_url' })
  baseUrl!: string;

  @Column('text', { name: 'workspace_id' })
  workspaceId!: string;

  /** By `FingerprintsService`; in rows of earlier releases the first 8 hex digits of its SHA-256. */
  @Column('text')
  fingerprint!: string;

  @Column('text')
  secret!: string;

  @Column('timestamptz', { name: 'set_at' })
  setAt!: Date;
}
