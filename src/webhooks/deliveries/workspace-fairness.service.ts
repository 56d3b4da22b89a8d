import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const WORKSPACES = 10_000;
/** After this time an event counts half. */
const HALF_LIFE_MS = 30_000;
/** Events without a penalty. */
const FREE_EVENTS = 100;
/** The most that is subtracted from a priority. */
export const MAX_PENALTY = 15;

interface Rate {
  events: number;
  updatedAt: number;
}

/**
 * Keeps a workspace that sends much from delaying the others: the more it sent within the last minute, the lower is the
 * priority of its new events. Each process counts the webhooks that it received itself.
 */
@Injectable()
export class WorkspaceFairness {
  private readonly rates = new LRUCache<string, Rate>({ max: WORKSPACES });

  /** Counts an event of the workspace. Returns what to subtract from its priority: 1 more with each doubling past 100. */
  priorityPenalty(workspaceId: string, now = performance.now()): number {
    const rate = this.rates.get(workspaceId) ?? { events: 0, updatedAt: now };
    rate.events = rate.events * 2 ** ((rate.updatedAt - now) / HALF_LIFE_MS) + 1;
    rate.updatedAt = now;
    this.rates.set(workspaceId, rate);
    return rate.events <= FREE_EVENTS ? 0 : Math.min(MAX_PENALTY, Math.ceil(Math.log2(rate.events / FREE_EVENTS)));
  }
}
