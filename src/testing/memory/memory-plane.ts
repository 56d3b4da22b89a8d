import { Injectable } from '@nestjs/common';
import { type AcquiredCall, type CallBudgetsRepository } from '../../plane/call-budgets.repository.js';
import { type PlaneTiming } from '../../plane/plane-timing.js';
import {
  type Lookup,
  type LookupKey,
  type LookupProgress,
  type WorkItemLookupsRepository,
} from '../../webhooks/work-item-projects/work-item-lookups.repository.js';
import { VirtualClock } from './virtual-clock.js';

const WINDOW_MS = 60_000;
const DEFAULT_LIMIT = 60;
/** Plane's reset is in whole seconds. */
const SAME_WINDOW_MS = 2000;

interface Budget {
  limit: number;
  remaining: number;
  resetsAt: number;
}

type UsedOfBudgets = 'acquire' | 'resetsInSeconds' | 'fewestRemaining' | 'follow' | 'spent';

/** The budgets of calls of an app in memory, by the virtual clock. */
@Injectable()
export class MemoryCallBudgets implements Pick<CallBudgetsRepository, UsedOfBudgets> {
  private readonly budgets = new Map<string, Budget>();

  constructor(private readonly clock: VirtualClock) {}

  async acquire(key: string, reservedPart: number): Promise<AcquiredCall | undefined> {
    const budget = this.current(key);
    if (budget.remaining <= Math.floor(budget.limit * reservedPart)) return undefined;
    budget.remaining -= 1;
    const { remaining, limit } = budget;
    return { remaining, limit, resetsInSeconds: await this.resetsInSeconds(key) };
  }

  async resetsInSeconds(key: string): Promise<number> {
    return Math.max(0, (this.budgets.get(key)?.resetsAt ?? 0) - this.clock.now) / 1000;
  }

  async fewestRemaining(): Promise<number | undefined> {
    return undefined;
  }

  async follow(key: string, remaining: number, resetsInSeconds: number): Promise<void> {
    const budget = this.current(key);
    const resetsAt = this.clock.now + resetsInSeconds * 1000;
    const laterMs = resetsAt - budget.resetsAt;
    const most = laterMs >= -SAME_WINDOW_MS ? remaining + budget.limit - budget.remaining : Infinity;
    const limit = Math.max(remaining + 1, Math.min(budget.limit, most));
    const isSameWindow = Math.abs(laterMs) <= SAME_WINDOW_MS;
    const left = isSameWindow ? Math.min(budget.remaining + limit - budget.limit, remaining) : remaining;
    this.budgets.set(key, { limit, remaining: left, resetsAt });
  }

  async spent(key: string, resetsInSeconds: number): Promise<void> {
    this.budgets.set(key, { ...this.current(key), remaining: 0, resetsAt: this.clock.now + resetsInSeconds * 1000 });
  }

  private current(key: string): Budget {
    const known = this.budgets.get(key);
    if (known && known.resetsAt > this.clock.now) return known;
    const limit = known?.limit ?? DEFAULT_LIMIT;
    const fresh = { limit, remaining: limit, resetsAt: this.clock.now + WINDOW_MS };
    this.budgets.set(key, fresh);
    return fresh;
  }
}

/** The durations of calls by the virtual clock: a call that waits for its budget moves it. */
@Injectable()
export class VirtualPlaneTiming implements PlaneTiming {
  requestMs = 10_000;
  budgetTimeoutMs = { interactive: 5000, handler: 30_000, background: 60_000 };
  now = (): number => this.clock.now;
  wait = async (ms: number): Promise<void> => this.clock.moveTo(this.clock.now + ms);

  constructor(private readonly clock: VirtualClock) {}
}

type UsedOfLookups = 'find' | 'save' | 'found' | 'left' | 'delete';

/** The searches for projects of an app in memory. */
@Injectable()
export class MemoryLookups implements Pick<WorkItemLookupsRepository, UsedOfLookups> {
  private readonly rows = new Map<
    string,
    Omit<Lookup, 'searchedSeconds' | 'ageSeconds'> & { startedAt?: number; at: number }
  >();

  constructor(private readonly clock: VirtualClock) {}

  async find(key: LookupKey): Promise<Lookup | undefined> {
    const row = this.rows.get(nameOf(key));
    if (!row) return undefined;
    const { startedAt, at, ...lookup } = row;
    const secondsSince = (time: number): number => (this.clock.now - time) / 1000;
    return {
      ...lookup,
      searchedSeconds: startedAt === undefined ? null : secondsSince(startedAt),
      ageSeconds: secondsSince(at),
    };
  }

  async save(key: LookupKey, progress: LookupProgress): Promise<void> {
    const { now } = this.clock;
    const { startedAt = now, projectId = null, leftProjectId = null } = this.rows.get(nameOf(key)) ?? {};
    this.rows.set(nameOf(key), { projectId, leftProjectId, ...progress, startedAt, at: now });
  }

  async found(key: LookupKey, projectId: string): Promise<void> {
    this.end(key, projectId, null);
  }

  async left(key: LookupKey, leftProjectId: string): Promise<void> {
    this.end(key, null, leftProjectId);
  }

  async delete(key: LookupKey): Promise<void> {
    this.rows.delete(nameOf(key));
  }

  private end(key: LookupKey, projectId: string | null, leftProjectId: string | null): void {
    const ended = { pageCursor: null, pagePosition: 0, asked: 0, at: this.clock.now };
    this.rows.set(nameOf(key), { projectId, leftProjectId, ...ended });
  }
}

function nameOf({ installationId, workItemId }: LookupKey): string {
  return `${installationId} ${workItemId}`;
}
