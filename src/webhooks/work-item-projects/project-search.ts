import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { PlaneError } from '../../plane/plane.error.js';
import { type WorkItemView } from '../events/entity-view.types.js';
import { type LookupProgress } from './work-item-lookups.repository.js';

const PAGE_SIZE = 100;
/** The community edition answers 403 where another one answers 404. */
const NOT_FOUND = new Set([403, 404]);

/** Whether a call found nothing, or nothing that the app can access. */
function isNotFound(error: unknown): error is PlaneError {
  return error instanceof PlaneError && NOT_FOUND.has(error.planeStatus ?? 0);
}

/** The work item whose project is searched. */
export type WorkItem = Pick<WorkItemView, 'id' | 'name' | 'projectId' | 'externalId' | 'externalSource'>;

/** The project of a work item by the id that another system gave it, in one call; editions without that list answer 404. */
export async function searchByExternalId(
  plane: PlaneClient,
  slug: string,
  { id, externalId, externalSource }: WorkItem,
): Promise<string | undefined> {
  if (externalId === undefined || externalSource === undefined) return undefined;
  const query: Record<string, string> = { external_id: externalId, external_source: externalSource };
  // One object, or a page (docs/plane.md §5).
  type Answer = Partial<Found> & { readonly results?: readonly Found[] };
  const answer = await plane.workItems.listWorkspace(slug, query).catch((error: unknown) => {
    if (isNotFound(error)) return {};
    throw error;
  });
  const { results = [], ...one } = answer as Answer;
  return [one, ...results].find((each) => each.id === id)?.project;
}

interface Found {
  readonly id: string;
  readonly project: string;
}

/** The project of a work item by Plane's search for its name, in one call. */
export async function searchByName(
  plane: PlaneClient,
  slug: string,
  { id, name }: WorkItem,
): Promise<string | undefined> {
  if (!name) return undefined;
  const { issues } = await plane.workItems.search(slug, name, undefined, { limit: PAGE_SIZE });
  return issues?.find((issue) => issue.id === id)?.project_id;
}

/** Whether the work item is in the project, in one call. */
export async function isInProject(plane: PlaneClient, slug: string, projectId: string, id: string): Promise<boolean> {
  try {
    await plane.workItems.retrieve(slug, projectId, id);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/**
 * Asks the projects of a workspace one by one, one call each, page by page. It is continued where {@link progress} says:
 * the oldest projects come first, so that a new one moves none to another page.
 */
export class ProjectSearch {
  private cursor: string | null;
  private position: number;
  private asked: number;

  constructor(
    private readonly plane: PlaneClient,
    private readonly slug: string,
    private readonly workItemId: string,
    { pageCursor, pagePosition, asked }: LookupProgress,
  ) {
    this.cursor = pageCursor;
    this.position = pagePosition;
    this.asked = asked;
  }

  /** How far it got. */
  get progress(): LookupProgress {
    return { pageCursor: this.cursor, pagePosition: this.position, asked: this.asked };
  }

  /**
   * Resolves with the project that has the work item, null where no project has it, or `undefined` where it was stopped.
   *
   * @param mayContinue asked before each call
   * @throws {DomainError} `plane_budget_spent`; {@link PlaneError}
   */
  async run(mayContinue: () => boolean): Promise<string | null | undefined> {
    for (;;) {
      const { results, next } = await this.page();
      for (const { id } of results.slice(this.position)) {
        if (!mayContinue()) return undefined;
        if (await isInProject(this.plane, this.slug, id, this.workItemId)) return id;
        this.position += 1;
        this.asked += 1;
      }
      if (next === undefined) return null;
      this.cursor = next;
      this.position = 0;
    }
  }

  private async page(): Promise<{ results: readonly { readonly id: string }[]; next: string | undefined }> {
    const query = { per_page: PAGE_SIZE, order_by: 'created_at', ...(this.cursor !== null && { cursor: this.cursor }) };
    // The SDK's type of the query lacks what Plane reads (docs/plane.md §5).
    const answer = await this.plane.projects.list(this.slug, query as object);
    const { results, next_page_results: more, next_cursor: next } = answer;
    const isNext = more === true && results.length > 0 && next !== undefined && next !== this.cursor;
    return { results, next: isNext ? next : undefined };
  }
}
