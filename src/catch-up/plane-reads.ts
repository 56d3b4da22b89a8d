import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { planeGet } from '../plane/plane-get.js';
import { PlaneError } from '../plane/plane.error.js';
import { fieldOf, idOf, isRecord, numberOf, timeOf } from '../webhooks/events/payload-fields.js';
import { type PlaneRecord } from '../webhooks/events/plane-event.js';

const PAGE_SIZE = 100;
/** The community edition's pages; other editions reject more than 100 (docs/plane.md §5). */
const LARGE_PAGE_SIZE = 1000;
/** Rows of a page that the next page has again: Plane has no order among equal times, and rows move while they are read. */
const OVERLAP = 10;
/** No list is longer; what is beyond is reported as unrecoverable. */
const MAX_PAGES = 1000;
/** The community edition answers 403 where another one answers 404. */
const NOT_FOUND = new Set([403, 404]);
const BAD_REQUEST = 400;
/** Of PostgreSQL's integers, where the number of work items is kept. */
const MAX_COUNT = 2 ** 31 - 1;

/** The lists of a project that have no time to order by. */
export type ProjectList = 'cycles' | 'modules';

/** A page of Plane's, as far as it is used. */
interface ReadPage {
  readonly results: readonly PlaneRecord[];
  readonly total: number | undefined;
}

/** Work items of a project that changed, newest first. */
export interface ChangedItems {
  readonly items: readonly PlaneRecord[];
  /** How many the project has. */
  readonly total: number | undefined;
}

/** What a workspace's or project's list of work items says at a glance. */
export interface ItemsGlance {
  /** When one last changed, ms since 1970; 0 where there is none. */
  readonly newestMs: number;
  /** How many there are; `undefined` where Plane does not say. */
  readonly total: number | undefined;
}

/** Whether a call found nothing, or nothing that the app can access. */
function isNotFound(error: unknown): boolean {
  return error instanceof PlaneError && NOT_FOUND.has(error.planeStatus ?? 0);
}

/** The time in a field, ms since 1970; `undefined` where it has none. */
export function timeIn(record: PlaneRecord, field: string): number | undefined {
  return timeOf(fieldOf(record, field));
}

/** What a catch-up reads of a workspace by Plane's API (docs/plane.md §8). Counts its calls. */
export class PlaneReads {
  /** Calls so far, failed ones included. */
  calls = 0;

  constructor(
    private readonly plane: PlaneClient,
    slug: string,
  ) {
    this.workspace = `/workspaces/${slug}/`;
  }

  private readonly workspace: string;

  /** Every project that the app can access. */
  async projects(): Promise<PlaneRecord[]> {
    return this.all(`${this.workspace}projects/`, { order_by: 'created_at' });
  }

  /** Of all work items that the app can access. */
  async glance(): Promise<ItemsGlance> {
    const ofWorkspace = await this.glanceAt(`${this.workspace}work-items/`, {});
    if (ofWorkspace) return ofWorkspace;
    let all: ItemsGlance = { newestMs: 0, total: 0 };
    for (const project of await this.projects()) {
      const one = await this.glanceAt(this.itemsOf(String(project['id'])), { fields: 'id,updated_at' });
      if (one) all = { newestMs: Math.max(all.newestMs, one.newestMs), total: sumOf(all.total, one.total) };
    }
    return all;
  }

  /** The work items of a project that changed since, newest first. `undefined` where the app cannot access it. */
  async changedItems(projectId: string, sinceMs: number): Promise<ChangedItems | undefined> {
    const found = new Map<string, PlaneRecord>();
    const order = { order_by: '-updated_at', per_page: PAGE_SIZE };
    let total: number | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const cursor = `${PAGE_SIZE - OVERLAP}:${page}:0`;
      const read = await this.unlessNotFound(this.page(this.itemsOf(projectId), { ...order, cursor }));
      if (!read) return undefined;
      total ??= read.total;
      const changed = read.results.filter((item) => (timeIn(item, 'updated_at') ?? 0) >= sinceMs);
      for (const item of changed) found.set(idOf(item) ?? '', item);
      if (changed.length < read.results.length || read.results.length < PAGE_SIZE) break;
    }
    return { items: [...found.values()], total };
  }

  /** The ids of all work items of a project. */
  async itemIds(projectId: string): Promise<string[]> {
    const query = { order_by: '-created_at', fields: 'id' };
    const items = await this.all(this.itemsOf(projectId), query, LARGE_PAGE_SIZE);
    return items.flatMap((item) => idOf(item) ?? []);
  }

  /** The activities of a work item since then, newest first; of a deleted one too. `undefined` where Plane has none. */
  async activities(projectId: string, itemId: string, sinceMs: number): Promise<PlaneRecord[] | undefined> {
    const path = `${this.itemsOf(projectId)}${itemId}/activities/`;
    return this.newestFirst(path, { expand: 'actor' }, (activity) => (timeIn(activity, 'created_at') ?? 0) >= sinceMs);
  }

  /** Every comment of a work item, newest first. `undefined` where the work item does not exist. */
  async comments(projectId: string, itemId: string): Promise<PlaneRecord[] | undefined> {
    return this.newestFirst(`${this.itemsOf(projectId)}${itemId}/comments/`, {}, () => true);
  }

  /** The cycles or modules of a project. `undefined` where it has none, as with the feature turned off. */
  async list(projectId: string, list: ProjectList): Promise<PlaneRecord[] | undefined> {
    return this.unlessNotFound(this.all(`${this.workspace}projects/${projectId}/${list}/`, {}));
  }

  /** The archived ones. */
  async archived(projectId: string, list: ProjectList): Promise<PlaneRecord[]> {
    return (await this.unlessNotFound(this.all(`${this.workspace}projects/${projectId}/archived-${list}/`, {}))) ?? [];
  }

  /** `undefined` where this Plane has no such list, or the app cannot access it. */
  private async glanceAt(path: string, query: object): Promise<ItemsGlance | undefined> {
    const page = await this.unlessNotFound(this.page(path, { ...query, order_by: '-updated_at', per_page: 1 }));
    if (!page) return undefined;
    const [newest] = page.results;
    return { newestMs: (newest && timeIn(newest, 'updated_at')) ?? 0, total: page.total };
  }

  private itemsOf(projectId: string): string {
    return `${this.workspace}projects/${projectId}/work-items/`;
  }

  private async newestFirst(
    path: string,
    query: object,
    isWanted: (record: PlaneRecord) => boolean,
  ): Promise<PlaneRecord[] | undefined> {
    const found: PlaneRecord[] = [];
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const order = { ...query, order_by: '-created_at', per_page: PAGE_SIZE, cursor: `${PAGE_SIZE}:${page}:0` };
      const read = await this.unlessNotFound(this.page(path, order));
      if (!read) return undefined;
      const wanted = read.results.filter(isWanted);
      found.push(...wanted);
      if (wanted.length < read.results.length || read.results.length < PAGE_SIZE) break;
    }
    return found;
  }

  /** All pages. Falls back to pages of 100 where Plane rejects larger ones. */
  private async all(path: string, query: object, size = PAGE_SIZE): Promise<PlaneRecord[]> {
    try {
      const found: PlaneRecord[] = [];
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const { results } = await this.page(path, { ...query, per_page: size, cursor: `${size}:${page}:0` });
        found.push(...results);
        if (results.length < size) break;
      }
      return found;
    } catch (error) {
      const isTooLarge = error instanceof PlaneError && error.planeStatus === BAD_REQUEST && size > PAGE_SIZE;
      if (isTooLarge) return this.all(path, query, PAGE_SIZE);
      throw error;
    }
  }

  private async page(path: string, query: object): Promise<ReadPage> {
    this.calls += 1;
    const answer = await planeGet(this.plane, path, query);
    if (Array.isArray(answer)) return { results: answer.filter(isRecord), total: answer.length };
    const page = isRecord(answer) ? answer : {};
    const results = fieldOf(page, 'results');
    const total = numberOf(fieldOf(page, 'total_results')) ?? numberOf(fieldOf(page, 'total_count'));
    const isCount = total !== undefined && Number.isInteger(total) && total >= 0 && total <= MAX_COUNT;
    return { results: Array.isArray(results) ? results.filter(isRecord) : [], total: isCount ? total : undefined };
  }

  private async unlessNotFound<T>(reading: Promise<T>): Promise<T | undefined> {
    return reading.catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
  }
}

function sumOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other;
}
