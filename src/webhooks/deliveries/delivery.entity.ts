import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A webhook as it arrived, and the columns that it is found by. */
@Entity('deliveries')
@Unique('deliveries_key_key', ['key'])
@Index('deliveries_received_idx', ['receivedAt'])
@Index('deliveries_workspace_idx', ['workspaceId', 'receivedAt'])
@Index('deliveries_event_idx', ['eventName', 'receivedAt'])
@Index('deliveries_connection_idx', ['connectionId', 'receivedAt'])
export class DeliveryEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'deliveries_pkey' })
  id!: string;

  /** The same for every attempt of Plane to deliver one event. */
  @Column('text')
  key!: string;

  /** The connection of the configuration that it came by. */
  @Column('text', { name: 'connection_id', default: 'default' })
  connectionId!: string;

  @Column('text', { name: 'workspace_id' })
  workspaceId!: string;

  @Column('text', { name: 'event_name' })
  eventName!: string;

  @Column('text')
  source!: string;

  @Column('text', { name: 'entity_id', nullable: true })
  entityId!: string | null;

  /** The work item where the entity is a part of one, such as a comment. */
  @Column('text', { name: 'work_item_id', nullable: true })
  workItemId!: string | null;

  @Column('bytea')
  body!: Buffer;

  @Column('jsonb')
  headers!: Record<string, string>;

  /** First 8 hex digits of the SHA-256 of the secret that verified it. */
  @Column('text', { name: 'secret_fingerprint' })
  secretFingerprint!: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;
}
