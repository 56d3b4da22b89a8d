import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A search for the project of a work item: how far it got, and what it found. */
@Entity('work_item_lookups')
@Index('work_item_lookups_updated_idx', ['updatedAt'])
export class WorkItemLookupEntity {
  /** Hangar's own id. */
  @PrimaryColumn('uuid', { name: 'installation_id', primaryKeyConstraintName: 'work_item_lookups_pkey' })
  installationId!: string;

  @PrimaryColumn('text', { name: 'work_item_id', primaryKeyConstraintName: 'work_item_lookups_pkey' })
  workItemId!: string;

  /** Where a search found it. */
  @Column('text', { name: 'project_id', nullable: true })
  projectId!: string | null;

  /** A project in which a call found no such work item: it may have been moved. */
  @Column('text', { name: 'left_project_id', nullable: true })
  leftProjectId!: string | null;

  /** Of the page of projects that is asked now; null for the first one. */
  @Column('text', { name: 'page_cursor', nullable: true })
  pageCursor!: string | null;

  /** The projects of that page that were asked. */
  @Column('integer', { name: 'page_position', default: 0 })
  pagePosition!: number;

  /** The projects of all pages that were asked. */
  @Column('integer', { default: 0 })
  asked!: number;

  /** When the projects were asked first; null while they are not asked one by one. */
  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
