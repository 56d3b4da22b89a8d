import { Injectable } from '@nestjs/common';
import { ActivityLogService } from '../../activity/activity-log.service.js';
import { unknownHandler } from '../../webhooks/discovery/handler.errors.js';
import { HandlerStatsService } from '../../webhooks/pauses/handler-stats.service.js';
import { HandlerDto } from './handler.dto.js';

/** Over which rates are told. */
const MINUTES = 5;

/** Reads handlers as the API tells them. */
@Injectable()
export class HandlerReadsService {
  constructor(
    private readonly levels: HandlerStatsService,
    private readonly activity: ActivityLogService,
  ) {}

  /** The handlers of this release, and those of former ones that still hold something. */
  async all(): Promise<HandlerDto[]> {
    const rates = await this.activity.ratesByHandler(MINUTES);
    const byHandler = new Map(rates.map((rate) => [rate.handler, rate]));
    return (await this.levels.all()).map((level) => HandlerDto.of(level, byHandler.get(level.handler)));
  }

  /** @throws {DomainError} `handler_unknown` */
  async one(id: string): Promise<HandlerDto> {
    const all = await this.all();
    const found = all.find((handler) => handler.id === id);
    if (found) return found;
    throw unknownHandler(
      id,
      all.map((handler) => handler.id),
    );
  }
}
