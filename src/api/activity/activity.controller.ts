import { Get, Query } from '@nestjs/common';
import { ActivityService } from '../../activity/activity.service.js';
import { ApiController } from '../http/api-controller.decorator.js';
import { Route } from '../http/route.decorator.js';
import { ActivityDto, ActivityMinuteDto, ActivityQuery } from './activity.dto.js';

const MS_PER_MINUTE = 60_000;

/** Counts of all processes, by the minute. */
@ApiController('activity')
export class ActivityController {
  constructor(private readonly activity: ActivityService) {}

  @Get()
  @Route({
    id: 'getActivity',
    role: 'viewer',
    summary: 'Webhooks received and events handled, by the minute',
    description: 'The last 10 s may be missing.',
    query: true,
    response: ActivityDto,
  })
  async get(@Query() { minutes }: ActivityQuery): Promise<ActivityDto> {
    const found = await this.activity.minutes(new Date(Date.now() - (minutes - 1) * MS_PER_MINUTE));
    return { items: found.map(ActivityMinuteDto.of) };
  }
}
