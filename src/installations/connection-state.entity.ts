import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { type ConnectionState } from './connection-state.js';

/** What the last check of a connection with an API key found. */
@Entity('plane_connections')
@Check(
  'plane_connections_state_check',
  `state IN ('working', 'key_rejected', 'workspace_denied', 'workspace_empty', 'unreachable')`,
)
export class ConnectionStateEntity {
  /** The id of the connection in the configuration. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'plane_connections_pkey' })
  id!: string;

  @Column('text', { name: 'base_url' })
  baseUrl!: string;

  @Column('text', { name: 'workspace_slug' })
  workspaceSlug!: string;

  @Column('text')
  state!: ConnectionState;

  /** What is wrong, and what to do about it. */
  @Column('text', { nullable: true })
  detail!: string | null;

  /** Since when it is in this state. */
  @Column('timestamptz', { name: 'changed_at', default: () => 'now()' })
  changedAt!: Date;

  @Column('timestamptz', { name: 'checked_at', default: () => 'now()' })
  checkedAt!: Date;
}
