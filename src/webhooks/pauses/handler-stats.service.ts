import { Injectable } from '@nestjs/common';
import { type QueueStats } from '../../queue/queue.js';
import { QueueStatsService } from '../../queue/queue-stats.service.js';
import { type HandlerPause, HandlerPausesService } from './handler-pauses.service.js';
import { HandlerRegistry } from '../discovery/handler.registry.js';

/** The names of Hangar's own queues begin so; those of handlers begin with a class. */
const SYSTEM_QUEUES = 'hangar.';

/** How many jobs a handler has, and whether it is paused. */
export interface HandlerStats extends QueueStats {
  /** The events that it handles; `undefined` for a handler that this release does not have. */
  readonly pattern: string | undefined;
  /** `null` if it is not paused. */
  readonly pause: HandlerPause | null;
}

/** Counts the jobs of each handler, also of handlers of an earlier release whose jobs are still stored. */
@Injectable()
export class HandlerStatsService {
  constructor(
    private readonly registry: HandlerRegistry,
    private readonly queues: QueueStatsService,
    private readonly pauses: HandlerPausesService,
  ) {}

  /** The handlers of this release, and orphaned ones that still have jobs. */
  async all(): Promise<HandlerStats[]> {
    const patterns = new Map(this.registry.all().map(({ id, pattern }) => [id, pattern]));
    const pauses = new Map((await this.pauses.all()).map((pause) => [pause.handler, pause]));
    const stats = (await this.queues.all()).filter(({ handler }) => !handler.startsWith(SYSTEM_QUEUES));
    const all = stats.map((each) => ({
      ...each,
      pattern: patterns.get(each.handler),
      pause: pauses.get(each.handler) ?? null,
    }));
    return all.filter((each) => each.pattern !== undefined || totalJobs(each) > 0);
  }

  /** Handlers that were removed or renamed and still have jobs, which are kept for `DELIVERY_RETENTION_DAYS`. */
  async orphaned(): Promise<HandlerStats[]> {
    return (await this.all()).filter(({ pattern }) => pattern === undefined);
  }
}

/** All jobs of a handler, blocked, parked and dead-lettered ones included. */
export function totalJobs({ waiting, delayed, active, blocked, parked, deadLetters }: QueueStats): number {
  return waiting + delayed + active + blocked + parked + deadLetters;
}
