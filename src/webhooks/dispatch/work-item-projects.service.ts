import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { PlaneError } from '../../plane/plane.error.js';
import { type WorkItemView } from '../events/plane-event.js';
import { workItemNotFound } from '../discovery/handler.errors.js';

type Workspace = { readonly id: string; readonly slug: string };
type WorkItem = Pick<WorkItemView, 'id' | 'name' | 'projectId'>;

const CACHE_SIZE = 10_000;
/** A work item can be moved to another project. */
const CACHE_MS = 3_600_000;
const PAGE_SIZE = 100;
const NOT_FOUND = new Set([403, 404]);

/** Finds the project of a work item: Plane's API requires it, but v2 comment events do not contain it. */
@Injectable()
export class WorkItemProjectsService {
  private readonly cache = new LRUCache<string, string>({ max: CACHE_SIZE, ttl: CACHE_MS });

  /** @throws {DomainError} `work_item_not_found`; {@link PlaneError} */
  async projectIdOf(plane: PlaneClient, workspace: Workspace, workItem: WorkItem): Promise<string> {
    const key = `${workspace.id}/${workItem.id}`;
    const projectId = workItem.projectId ?? this.cache.get(key) ?? (await this.find(plane, workspace.slug, workItem));
    this.cache.set(key, projectId);
    return projectId;
  }

  private async find(plane: PlaneClient, slug: string, workItem: WorkItem): Promise<string> {
    const projectId =
      (await this.searchByName(plane, slug, workItem)) ?? (await this.searchProjects(plane, slug, workItem.id));
    if (projectId === undefined) throw workItemNotFound(workItem.id, slug);
    return projectId;
  }

  /** One call, if the event contains the work item's name. */
  private async searchByName(plane: PlaneClient, slug: string, { id, name }: WorkItem): Promise<string | undefined> {
    if (!name) return undefined;
    const { issues } = await plane.workItems.search(slug, name, undefined, { limit: PAGE_SIZE });
    return issues?.find((issue) => issue.id === id)?.project_id;
  }

  /** One call for each project, until one has it. */
  private async searchProjects(plane: PlaneClient, slug: string, id: string): Promise<string | undefined> {
    const { results } = await plane.projects.list(slug, { limit: PAGE_SIZE });
    for (const project of results) {
      const found = await plane.workItems.retrieve(slug, project.id, id).catch((error: unknown) => {
        if (error instanceof PlaneError && NOT_FOUND.has(error.planeStatus ?? 0)) return undefined;
        throw error;
      });
      if (found) return project.id;
    }
    return undefined;
  }
}
