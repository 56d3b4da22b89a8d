import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const WORKSPACES = 10_000;
/** In how long what a workspace sent counts half. */
const HALF_LIFE_MS = 30_000;
/** What a workspace may send at once before its events stand back. */
const CALM = 100;
const MAX_STEPS = 15;

interface Level {
  events: number;
  readAt: number;
}

/**
 * Keeps one workspace's storm from starving the others: the more a workspace sent within the last minute, the further
 * its new events stand back behind those of workspaces that sent less. Each process counts what it took in itself.
 */
@Injectable()
export class WorkspaceFairness {
  private readonly levels = new LRUCache<string, Level>({ max: WORKSPACES });

  /** Counts an event of the workspace; how many steps it stands back: one more with each doubling past 100. */
  priorityPenalty(workspaceId: string, now = performance.now()): number {
    const level = this.levels.get(workspaceId) ?? { events: 0, readAt: now };
    level.events = level.events * 2 ** ((level.readAt - now) / HALF_LIFE_MS) + 1;
    level.readAt = now;
    this.levels.set(workspaceId, level);
    return level.events <= CALM ? 0 : Math.min(MAX_STEPS, Math.ceil(Math.log2(level.events / CALM)));
  }
}
