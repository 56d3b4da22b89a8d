import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DomainError } from '../../common/domain-error.js';
import { isInProject, ProjectSearch, searchByExternalId, searchByName, type WorkItem } from './project-search.js';
import { lookupContinues, lookupGivenUp, workItemNotFound } from './work-item.errors.js';
import {
  type Lookup,
  type LookupKey,
  type LookupProgress,
  WorkItemLookupsRepository,
} from './work-item-lookups.repository.js';

/** What a lookup calls Plane with. */
export interface LookupCalls {
  /** Hangar's id. */
  readonly installationId: string;
  readonly slug: string;
  /** For a call or two, as urgent as the handler. */
  readonly plane: PlaneClient;
  /** For many calls: of priority `background`, and never waiting for the budget of calls. */
  readonly background: PlaneClient;
  /** The run is not the first one: what the event says may be outdated. */
  readonly isRetry: boolean;
}

const CACHE_SIZE = 10_000;
/** A work item can be moved to another project. */
const CACHE_MS = 600_000;
/** What was found longer ago is verified with one call. */
const VERIFY_AFTER_SECONDS = CACHE_MS / 1000;
/** A search is given up after this long: the calls go to others, or the workspace has thousands of projects. */
const MAX_SEARCH_SECONDS = 3600;
/** The part of a search in one run, so that the run does not time out. */
const MAX_RUN_MS = 15_000;
const PAUSE_SECONDS = 1;
const NOT_STARTED: LookupProgress = { pageCursor: null, pagePosition: 0, asked: 0 };
/** Plane's ids are UUIDs; anything else would be another path. */
const ID = /^[\w-]{1,64}$/;

/** Finds the project of a work item: Plane's API requires it, but v2 comment events do not contain it. */
@Injectable()
export class WorkItemProjectsService {
  private readonly logger = new Logger(WorkItemProjectsService.name);
  private readonly cache = new LRUCache<string, string>({ max: CACHE_SIZE, ttl: CACHE_MS });
  private readonly searches = new Map<string, Promise<string>>();

  constructor(private readonly lookups: WorkItemLookupsRepository) {}

  /**
   * From the event, from memory, by Plane's search, or by asking each project; the last is continued by later runs.
   *
   * @throws {DomainError} `work_item_not_found`, `work_item_lookup_continues`, `work_item_lookup_given_up`; {@link PlaneError}
   */
  async projectIdOf(calls: LookupCalls, workItem: WorkItem): Promise<string> {
    if (!ID.test(workItem.id)) throw workItemNotFound(workItem.id, calls.slug);
    const key = { installationId: calls.installationId, workItemId: workItem.id };
    const known = workItem.projectId ?? this.cache.get(nameOf(key));
    const projectId = known !== undefined && !calls.isRetry ? known : await this.resolve(calls, key, workItem, known);
    this.cache.set(nameOf(key), projectId);
    return projectId;
  }

  /** A call did not find the work item in that project: what is remembered of it is verified before it is used again. */
  async forget(key: LookupKey, projectId: string): Promise<void> {
    if (!ID.test(key.workItemId) || !ID.test(projectId)) return;
    this.cache.delete(nameOf(key));
    await this.lookups.left(key, projectId).catch((err: unknown) => {
      this.logger.warn({ msg: 'failed to store that a work item is not in its project', ...key, projectId, err });
    });
  }

  private async resolve(
    calls: LookupCalls,
    key: LookupKey,
    workItem: WorkItem,
    known: string | undefined,
  ): Promise<string> {
    const lookup = await this.lookups.find(key);
    const remembered = await this.remembered(calls, key, known, lookup);
    if (remembered !== undefined) return remembered;
    const isContinued = typeof lookup?.searchedSeconds === 'number';
    const searched = isContinued ? undefined : await this.searchAtOnce(calls, workItem);
    return searched ?? this.searchOnce(calls, key, lookup);
  }

  /** In a call or two. */
  private async searchAtOnce({ plane, slug }: LookupCalls, workItem: WorkItem): Promise<string | undefined> {
    return (await searchByExternalId(plane, slug, workItem)) ?? searchByName(plane, slug, workItem);
  }

  /** What the event, this process's memory or an earlier search says, if it need not be doubted or Plane confirms it. */
  private async remembered(
    { plane, slug }: LookupCalls,
    key: LookupKey,
    known: string | undefined,
    lookup: Lookup | undefined,
  ): Promise<string | undefined> {
    const { projectId: found = null, leftProjectId: left = null, ageSeconds = 0 } = lookup ?? {};
    if (known !== undefined && known !== left) return known;
    if (found !== null && ageSeconds < VERIFY_AFTER_SECONDS) return found;
    const doubted = found ?? known;
    if (doubted === undefined) return undefined;
    if (await isInProject(plane, slug, doubted, key.workItemId)) return doubted;
    // A row with a found project does not take the progress of a search.
    if (found !== null) await this.forget(key, found);
    return undefined;
  }

  /** Handlers that need the same work item at the same time share one search. */
  private async searchOnce(calls: LookupCalls, key: LookupKey, lookup: Lookup | undefined): Promise<string> {
    const name = nameOf(key);
    const search = this.searches.get(name) ?? this.search(calls, key, lookup).finally(() => this.searches.delete(name));
    this.searches.set(name, search);
    return search;
  }

  private async search({ background, slug }: LookupCalls, key: LookupKey, lookup: Lookup | undefined): Promise<string> {
    const { workItemId } = key;
    const before: LookupProgress = lookup ?? NOT_STARTED;
    if ((lookup?.searchedSeconds ?? 0) > MAX_SEARCH_SECONDS) {
      await this.lookups.delete(key);
      throw lookupGivenUp(workItemId, before.asked, MAX_SEARCH_SECONDS / 60);
    }
    const search = new ProjectSearch(background, slug, workItemId, before);
    const projectId = await this.runSearch(search, key);
    if (projectId === null) {
      await this.lookups.delete(key);
      throw workItemNotFound(workItemId, slug);
    }
    await this.lookups.found(key, projectId);
    return projectId;
  }

  /** Stores the progress where the search stops before its end, for whatever reason. */
  private async runSearch(search: ProjectSearch, key: LookupKey): Promise<string | null> {
    const stopAt = performance.now() + MAX_RUN_MS;
    let pauseSeconds = PAUSE_SECONDS;
    try {
      const projectId = await search.run(() => performance.now() < stopAt);
      if (projectId !== undefined) return projectId;
    } catch (error) {
      if (!isBudgetSpent(error)) {
        await this.save(search, key);
        throw error;
      }
      pauseSeconds = error.retryAfterSeconds ?? PAUSE_SECONDS;
    }
    await this.save(search, key);
    throw lookupContinues(key.workItemId, search.progress.asked, pauseSeconds);
  }

  /** Without the database the next run asks the same projects again. */
  private async save(search: ProjectSearch, key: LookupKey): Promise<void> {
    await this.lookups.save(key, search.progress).catch((err: unknown) => {
      this.logger.warn({ msg: "failed to store the progress of the search for a work item's project", ...key, err });
    });
  }
}

function nameOf({ installationId, workItemId }: LookupKey): string {
  return `${installationId}/${workItemId}`;
}

function isBudgetSpent(error: unknown): error is DomainError {
  return error instanceof DomainError && error.code === 'plane_budget_spent';
}
