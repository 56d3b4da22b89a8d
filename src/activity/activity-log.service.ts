import { Injectable } from '@nestjs/common';
import { type ActivityMinute, type HandlerRate } from './activity-figures.js';
import { ActivityMinutesRepository } from './activity-minutes.repository.js';

/** Tells what all processes did in the last two days; the last 10 s may be missing. */
@Injectable()
export class ActivityLogService {
  constructor(private readonly repository: ActivityMinutesRepository) {}

  /** The minutes from then to now, oldest first, also those in which nothing happened; at most those of two days. */
  async minutes(since: Date): Promise<ActivityMinute[]> {
    return this.repository.minutes(since);
  }

  /** What each handler did in so many whole minutes and in what there is of this one; those that did nothing are left out. */
  async ratesByHandler(minutes: number): Promise<HandlerRate[]> {
    return this.repository.ratesByHandler(minutes);
  }
}
