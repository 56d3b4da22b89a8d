import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { idOf } from '../webhooks/events/payload-fields.js';
import { type PlaneRecord } from '../webhooks/events/plane-event.js';
import { type ListedKind, type RememberedList } from './list-changes.js';
import { timeIn } from './plane-reads.js';

/** A work item that a run is to read. */
export interface PendingItem {
  readonly id: string;
  readonly projectId: string;
  /** As Plane listed it; `null`: it is in no list any more. */
  readonly data: PlaneRecord | null;
  /** When it changed; of one that vanished, when it was last listed, or created where it never was. */
  readonly changedAt: Date;
  /** Whether a list has, or had it. */
  readonly wasListed: boolean;
}

/** A work item that a webhook announced and no list has. */
export interface UnlistedItem {
  readonly id: string;
  readonly projectId: string;
  readonly createdAt: Date;
}

/** The ids of a project's work items. */
export interface RememberedIds {
  readonly ids: readonly string[];
  readonly readAt: Date;
}

const ADD_ITEMS = `
  INSERT INTO catch_up_items (run_id, entity_id, project_id, data, changed_at)
  SELECT $1, id, $2, data, "changedAt"
  FROM json_to_recordset($3::json) AS found (id text, data jsonb, "changedAt" timestamptz)
  ON CONFLICT (run_id, entity_id) DO UPDATE SET project_id = excluded.project_id, data = excluded.data,
    changed_at = excluded.changed_at
  WHERE excluded.data IS NOT NULL`;

const NEXT_ITEM = `
  SELECT entity_id AS id, project_id AS "projectId", data, changed_at AS "changedAt", was_listed AS "wasListed"
  FROM catch_up_items
  WHERE run_id = $1 ORDER BY changed_at, entity_id LIMIT 1`;

const ADD_UNLISTED = `
  INSERT INTO catch_up_items (run_id, entity_id, project_id, changed_at, was_listed) VALUES ($1, $2, $3, $4, false)
  ON CONFLICT (run_id, entity_id) DO NOTHING`;

const DELETE_ITEM = `DELETE FROM catch_up_items WHERE run_id = $1 AND entity_id = $2`;

const FIND = `
  SELECT entities, read_at AS "readAt" FROM catch_up_lists
  WHERE installation_id = $1 AND project_id = $2 AND kind = $3`;

const SAVE = `
  INSERT INTO catch_up_lists (installation_id, project_id, kind, entities) VALUES ($1, $2, $3, $4)
  ON CONFLICT (installation_id, project_id, kind) DO UPDATE SET entities = excluded.entities, read_at = now()`;

const IS_LISTED = `
  SELECT EXISTS (
    SELECT FROM catch_up_lists
    WHERE installation_id = $1 AND kind = 'workitem' AND entities @> to_jsonb(ARRAY[$2::text])) AS listed`;

const UNLISTED = `
  SELECT unnest($2::text[]) AS id
  EXCEPT SELECT jsonb_array_elements_text(entities) FROM catch_up_lists WHERE installation_id = $1 AND kind = 'workitem'`;

const READ_SINCE = `
  SELECT project_id AS id FROM catch_up_lists WHERE installation_id = $1 AND kind = 'workitem' AND read_at >= $2`;

/** Of a project that is gone, all of its lists. */
const DELETE_LISTS = `
  DELETE FROM catch_up_lists WHERE installation_id = $1 AND ($2::text IS NULL OR project_id = $2)`;

const DELETE_LEFT_ITEMS = `
  DELETE FROM catch_up_items WHERE NOT EXISTS (
    SELECT FROM catch_up_runs WHERE catch_up_runs.id = run_id AND ended_at IS NULL)`;

/** Where the work items have their list among those of {@link ListedKind}. */
const WORK_ITEMS = 'workitem';

/** The tables of what a run has still to read, and of what there was when the lists were last read. */
@Injectable()
export class CatchUpListsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Adds work items that changed. */
  async addChanged(
    transaction: EntityManager,
    runId: string,
    projectId: string,
    items: readonly PlaneRecord[],
  ): Promise<void> {
    const rows = items.flatMap((data) => {
      const id = idOf(data);
      return id === undefined ? [] : [{ id, data, changedAt: new Date(timeIn(data, 'updated_at') ?? 0) }];
    });
    if (rows.length > 0) await transaction.query(ADD_ITEMS, [runId, projectId, JSON.stringify(rows)]);
  }

  /** Adds work items that are not listed any more. @param listedAt when they were */
  async addVanished(
    transaction: EntityManager,
    runId: string,
    projectId: string,
    ids: readonly string[],
    listedAt: Date,
  ): Promise<void> {
    const rows = ids.map((id) => ({ id, data: null, changedAt: listedAt }));
    if (rows.length > 0) await transaction.query(ADD_ITEMS, [runId, projectId, JSON.stringify(rows)]);
  }

  /** Adds one to those that are to be read. */
  async addUnlisted(transaction: EntityManager, runId: string, item: UnlistedItem): Promise<void> {
    await transaction.query(ADD_UNLISTED, [runId, item.id, item.projectId, item.createdAt]);
  }

  async nextItem(runId: string): Promise<PendingItem | undefined> {
    const [row] = await this.dataSource.query<PendingItem[]>(NEXT_ITEM, [runId]);
    return row;
  }

  async deleteItem(transaction: EntityManager, runId: string, id: string): Promise<void> {
    await transaction.query(DELETE_ITEM, [runId, id]);
  }

  /** The ids of the project's work items when they were last listed. */
  async ids(installationId: string, projectId: string): Promise<RememberedIds | undefined> {
    type Row = { readonly entities: string[]; readonly readAt: Date };
    const [row] = await this.dataSource.query<Row[]>(FIND, [installationId, projectId, WORK_ITEMS]);
    return row && { ids: row.entities, readAt: row.readAt };
  }

  async saveIds(
    transaction: EntityManager,
    installationId: string,
    projectId: string,
    ids: readonly string[],
  ): Promise<void> {
    await transaction.query(SAVE, [installationId, projectId, WORK_ITEMS, JSON.stringify(ids)]);
  }

  /** Whether any project of the installation has the work item. */
  async isListed(installationId: string, id: string): Promise<boolean> {
    const [row] = await this.dataSource.query<{ listed: boolean }[]>(IS_LISTED, [installationId, id]);
    return row?.listed === true;
  }

  /** Those of the work items that no project of the installation has. */
  async unlisted(installationId: string, ids: readonly string[]): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(UNLISTED, [installationId, ids]);
    return rows.map(({ id }) => id);
  }

  /** The projects whose work items were listed since. */
  async projectsReadSince(installationId: string, since: Date): Promise<Set<string>> {
    const rows = await this.dataSource.query<{ id: string }[]>(READ_SINCE, [installationId, since]);
    return new Set(rows.map(({ id }) => id));
  }

  /** @param projectId empty for the list of projects */
  async list(
    installationId: string,
    projectId: string,
    kind: ListedKind,
  ): Promise<{ readonly entities: RememberedList; readonly readAt: Date } | undefined> {
    type Row = { readonly entities: RememberedList; readonly readAt: Date };
    const [row] = await this.dataSource.query<Row[]>(FIND, [installationId, projectId, kind]);
    return row;
  }

  async saveList(
    transaction: EntityManager,
    installationId: string,
    projectId: string,
    kind: ListedKind,
    entities: RememberedList,
  ): Promise<void> {
    await transaction.query(SAVE, [installationId, projectId, kind, JSON.stringify(entities)]);
  }

  /** Forgets the lists of an installation, or of one of its projects. */
  async deleteLists(transaction: EntityManager, installationId: string, projectId?: string): Promise<void> {
    await transaction.query(DELETE_LISTS, [installationId, projectId ?? null]);
  }

  /** Deletes what ended runs have left. */
  async deleteLeftItems(): Promise<number> {
    const [, deleted] = await this.dataSource.query<[unknown[], number]>(DELETE_LEFT_ITEMS);
    return deleted;
  }
}
