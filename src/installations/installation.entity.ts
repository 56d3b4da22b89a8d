import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn, Unique, UpdateDateColumn } from 'typeorm';

/** An app installation as it is stored; one row a connection, base URL and Plane installation id. */
@Entity('installations')
@Unique('installations_installation_key', ['connectionId', 'baseUrl', 'installationId'])
@Index('installations_workspace_idx', ['connectionId', 'baseUrl', 'workspaceId', 'updatedAt'])
@Index('installations_check_idx', ['checkAt'], { where: `status = 'installed'` })
@Check('installations_status_check', `status IN ('installed', 'uninstalled')`)
export class InstallationEntity {
  /** Hangar's own id. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'installations_pkey' })
  id!: string;

  /** The connection of the configuration that it came by. */
  @Column('text', { name: 'connection_id', default: 'default' })
  connectionId!: string;

  @Column('text', { name: 'base_url' })
  baseUrl!: string;

  /** Plane's id. */
  @Column('text', { name: 'installation_id' })
  installationId!: string;

  /** Whether the app is live in the workspace. */
  @Column('text')
  status!: 'installed' | 'uninstalled';

  @Column('text', { name: 'workspace_id' })
  workspaceId!: string;

  @Column('text', { name: 'workspace_slug' })
  workspaceSlug!: string;

  @Column('text', { name: 'workspace_name' })
  workspaceName!: string;

  /** The user id that the app acts under in that workspace. */
  @Column('text', { name: 'bot_user_id' })
  botUserId!: string;

  @Column('text', { name: 'application_id' })
  applicationId!: string;

  @Column('text', { name: 'webhook_id', nullable: true })
  webhookId!: string | null;

  @Column('text', { name: 'installed_by', nullable: true })
  installedBy!: string | null;

  @Column('timestamptz', { name: 'uninstalled_at', nullable: true })
  uninstalledAt!: Date | null;

  /** When the next check with Plane is due, whether the app is still installed. */
  @Column('timestamptz', { name: 'check_at', default: () => 'now()' })
  checkAt!: Date;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
