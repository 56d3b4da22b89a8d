import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { WorkItemLookupEntity } from './work-item-lookup.entity.js';

/** The key of a row: Hangar's id of the installation, Plane's of the work item. */
export interface LookupKey {
  readonly installationId: string;
  readonly workItemId: string;
}

/** How far the projects of a workspace were asked. */
export interface LookupProgress {
  readonly pageCursor: string | null;
  readonly pagePosition: number;
  readonly asked: number;
}

/** A row as it is read. */
export interface Lookup extends LookupProgress {
  readonly projectId: string | null;
  readonly leftProjectId: string | null;
  /** Since the projects were asked first; null while they are not asked one by one. */
  readonly searchedSeconds: number | null;
  /** Since the row was written. */
  readonly ageSeconds: number;
}

const FIND = `
  SELECT project_id AS "projectId", left_project_id AS "leftProjectId", page_cursor AS "pageCursor",
         page_position AS "pagePosition", asked, extract(epoch FROM now() - started_at)::float8 AS "searchedSeconds",
         extract(epoch FROM now() - updated_at)::float8 AS "ageSeconds"
  FROM work_item_lookups WHERE installation_id = $1 AND work_item_id = $2`;

/** Of two searches at the same time, the one that asked more projects is continued. */
const SAVE = `
  INSERT INTO work_item_lookups AS lookup
    (installation_id, work_item_id, page_cursor, page_position, asked, started_at)
  VALUES ($1, $2, $3, $4, $5, now())
  ON CONFLICT (installation_id, work_item_id) DO UPDATE
  SET page_cursor = excluded.page_cursor, page_position = excluded.page_position, asked = excluded.asked,
      started_at = coalesce(lookup.started_at, excluded.started_at), updated_at = now()
  WHERE lookup.project_id IS NULL AND lookup.asked <= excluded.asked`;

const ENDED = `page_cursor = NULL, page_position = 0, asked = 0, started_at = NULL, updated_at = now()`;

const FOUND = `
  INSERT INTO work_item_lookups (installation_id, work_item_id, project_id) VALUES ($1, $2, $3)
  ON CONFLICT (installation_id, work_item_id) DO UPDATE
  SET project_id = excluded.project_id, left_project_id = NULL, ${ENDED}`;

const LEFT = `
  INSERT INTO work_item_lookups (installation_id, work_item_id, left_project_id) VALUES ($1, $2, $3)
  ON CONFLICT (installation_id, work_item_id) DO UPDATE
  SET project_id = NULL, left_project_id = excluded.left_project_id, ${ENDED}`;

const DELETE_UNUSED = `
  DELETE FROM work_item_lookups WHERE (installation_id, work_item_id) IN (
    SELECT installation_id, work_item_id FROM work_item_lookups WHERE updated_at < now() - interval '1 day'
    ORDER BY updated_at LIMIT $1 FOR UPDATE SKIP LOCKED)`;

/** The table of searches for the projects of work items, which all processes continue. */
@Injectable()
export class WorkItemLookupsRepository {
  constructor(@InjectRepository(WorkItemLookupEntity) private readonly rows: Repository<WorkItemLookupEntity>) {}

  async find({ installationId, workItemId }: LookupKey): Promise<Lookup | undefined> {
    const [row] = await this.rows.query<Lookup[]>(FIND, [installationId, workItemId]);
    return row;
  }

  /** Stores how far the projects were asked. */
  async save({ installationId, workItemId }: LookupKey, progress: LookupProgress): Promise<void> {
    const { pageCursor, pagePosition, asked } = progress;
    await this.rows.query(SAVE, [installationId, workItemId, pageCursor, pagePosition, asked]);
  }

  /** Stores the project that was found. */
  async found({ installationId, workItemId }: LookupKey, projectId: string): Promise<void> {
    await this.rows.query(FOUND, [installationId, workItemId, projectId]);
  }

  /** Stores that the work item was not in that project, and forgets the project that was found. */
  async left({ installationId, workItemId }: LookupKey, projectId: string): Promise<void> {
    await this.rows.query(LEFT, [installationId, workItemId, projectId]);
  }

  /** Ends a search: the next one begins with the first project. */
  async delete(key: LookupKey): Promise<void> {
    await this.rows.delete({ ...key });
  }

  /** Deletes some that have not been written for a day. Resolves with how many. */
  async deleteUnused(limit: number): Promise<number> {
    const [, deleted] = await this.rows.query<[unknown[], number]>(DELETE_UNUSED, [limit]);
    return deleted;
  }
}
