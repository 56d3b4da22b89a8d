import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { PlaneError } from '../../plane/plane.error.js';
import { type WorkItemView } from '../events/plane-event.js';
import { workItemNotFound } from '../discovery/handler.errors.js';

type Workspace = { readonly id: string; readonly slug: string };
type WorkItem = Pick<WorkItemView, 'id' | 'name' | 'projectId'>;

const REMEMBERED = 10_000;
/** A work item can be moved to another project. */
const REMEMBERED_MS = 3_600_000;
const PAGE_SIZE = 100;
const NOT_FOUND = new Set([403, 404]);

/** Knows which project a work item lies in: v2 comment events do not say, and Plane's API wants it. */
@Injectable()
export class WorkItemProjectsService {
  private readonly known = new LRUCache<string, string>({ max: REMEMBERED, ttl: REMEMBERED_MS });

  /** @throws {DomainError} where no project that the app can see has the work item; {@link PlaneError} */
  async projectIdOf(plane: PlaneClient, workspace: Workspace, workItem: WorkItem): Promise<string> {
    const key = `${workspace.id}/${workItem.id}`;
    const projectId =
      workItem.projectId ?? this.known.get(key) ?? (await this.ask(plane, workspace.slug, workItem));
    this.known.set(key, projectId);
    return projectId;
  }

  private async ask(plane: PlaneClient, slug: string, workItem: WorkItem): Promise<string> {
    const projectId =
      (await this.search(plane, slug, workItem)) ?? (await this.walk(plane, slug, workItem.id));
    if (projectId === undefined) throw workItemNotFound(workItem.id, slug);
    return projectId;
  }

  /** One call, where the event names the work item. */
  private async search(
    plane: PlaneClient,
    slug: string,
    { id, name }: WorkItem,
  ): Promise<string | undefined> {
    if (!name) return undefined;
    const { issues } = await plane.workItems.search(slug, name, undefined, { limit: PAGE_SIZE });
    return issues?.find((issue) => issue.id === id)?.project_id;
  }

  /** One call a project until one has it. */
  private async walk(plane: PlaneClient, slug: string, id: string): Promise<string | undefined> {
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
