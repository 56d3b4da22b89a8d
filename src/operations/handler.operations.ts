import { Injectable } from '@nestjs/common';
import { type HandlerRate } from '../activity/activity-figures.js';
import { ActivityService } from '../activity/activity.service.js';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { unknownHandler } from '../webhooks/discovery/handler.errors.js';
import { type HandlerStats, HandlerStatsService } from '../webhooks/pauses/handler-stats.service.js';
import { HandlerPausesService, type HandlerPause } from '../webhooks/pauses/handler-pauses.service.js';
import { ChangeLock, type Precondition } from './change-lock.service.js';

/** Rates are averages over this many minutes. */
export const RATE_MINUTES = 5;

/** A handler's counts and pause, and how fast it runs. */
export interface HandlerWithRate {
  readonly stats: HandlerStats;
  /** `undefined` where it did not run lately. */
  readonly rate: HandlerRate | undefined;
}

/** Operations on handlers; what changes something is audited. */
@Injectable()
export class HandlerOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly pauses: HandlerPausesService,
    private readonly stats: HandlerStatsService,
    private readonly activity: ActivityService,
    private readonly lock: ChangeLock,
  ) {}

  /** The handlers of this release, and those of earlier releases that still have jobs. */
  async list(): Promise<HandlerWithRate[]> {
    const [all, rates] = await Promise.all([this.stats.all(), this.activity.ratesByHandler(RATE_MINUTES)]);
    const byHandler = new Map(rates.map((rate) => [rate.handler, rate]));
    return all.map((stats) => ({ stats, rate: byHandler.get(stats.handler) }));
  }

  /** One of {@link list}. @throws {DomainError} `handler_unknown` */
  async require(id: string): Promise<HandlerWithRate> {
    const all = await this.list();
    const found = all.find(({ stats }) => stats.handler === id);
    const ids = all.map(({ stats }) => stats.handler);
    if (!found) throw unknownHandler(id, ids);
    return found;
  }

  /**
   * Pauses a handler in all processes within 5 s. An existing pause stays as it is.
   *
   * @throws {DomainError} `handler_unknown`
   */
  async pause(
    by: Actor,
    handler: string,
    reason?: string,
    expected?: Precondition,
  ): Promise<HandlerPause & { readonly already: boolean }> {
    const [target, details] = [`handler/${handler}`, { ...(reason && { reason }) }];
    return this.lock.run({
      resource: target,
      precondition: expected,
      change: async (transaction) =>
        this.audit.audited(
          { by, action: 'handler.pause', target, details },
          () => this.pauses.pause(handler, by.name ?? by.id, reason, transaction),
          ({ already }) => ({ already }),
          transaction,
        ),
    });
  }

  /**
   * Resumes a handler within 5 s. Resolves with whether it was paused.
   *
   * @throws {DomainError} `handler_unknown`
   */
  async resume(by: Actor, handler: string, expected?: Precondition): Promise<boolean> {
    const target = `handler/${handler}`;
    return this.lock.run({
      resource: target,
      precondition: expected,
      change: async (transaction) =>
        this.audit.audited(
          { by, action: 'handler.resume', target },
          () => this.pauses.resume(handler, transaction),
          (wasPaused) => ({ wasPaused }),
          transaction,
        ),
    });
  }
}
