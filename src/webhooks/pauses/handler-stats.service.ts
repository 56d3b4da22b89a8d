import { Injectable } from '@nestjs/common';
import { LIFECYCLE_QUEUE } from '../../lifecycle/lifecycle-events.service.js';
import { type QueueStats } from '../../queue/queue.js';
import { QueueStatsService } from '../../queue/queue-stats.service.js';
import { type HandlerPause, HandlerPausesService } from './handler-pauses.service.js';
import { HandlerRegistry } from '../discovery/handler.registry.js';

/** How much a handler has before it. */
export interface HandlerStats extends QueueStats {
  /** The events that it wants; `undefined` for one that this release does not have. */
  readonly pattern: string | undefined;
  /** `null` while it runs. */
  readonly pause: HandlerPause | null;
}

/** Knows how much each handler has before it, also those that a former release had and whose jobs are still there. */
@Injectable()
export class HandlerStatsService {
  constructor(
    private readonly registry: HandlerRegistry,
    private readonly queues: QueueStatsService,
    private readonly pauses: HandlerPausesService,
  ) {}

  /** The handlers of this release, and orphaned ones that still hold something. */
  async all(): Promise<HandlerStats[]> {
    const patterns = new Map(this.registry.all().map(({ id, pattern }) => [id, pattern]));
    const pauses = new Map((await this.pauses.all()).map((pause) => [pause.handler, pause]));
    const levels = (await this.queues.all()).filter(({ handler }) => handler !== LIFECYCLE_QUEUE);
    const all = levels.map((level) => ({
      ...level,
      pattern: patterns.get(level.handler),
      pause: pauses.get(level.handler) ?? null,
    }));
    return all.filter((level) => level.pattern !== undefined || totalJobs(level) > 0);
  }

  /** Handlers that were removed or renamed, and whose jobs wait. They are kept for `DELIVERY_RETENTION_DAYS`. */
  async orphaned(): Promise<HandlerStats[]> {
    return (await this.all()).filter(({ pattern }) => pattern === undefined);
  }
}

/** How many jobs lie in a handler's queue, lines and dead letters. */
export function totalJobs({ waiting, delayed, active, blocked, parked, deadLetters }: QueueStats): number {
  return waiting + delayed + active + blocked + parked + deadLetters;
}
