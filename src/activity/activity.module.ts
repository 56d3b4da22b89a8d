import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActivityLogService } from './activity-log.service.js';
import { ActivityMinuteEntity } from './activity-minute.entity.js';
import { ActivityMinutesRepository } from './activity-minutes.repository.js';
import { ActivityService } from './activity.service.js';

/** What all processes do, counted by the minute. */
@Module({
  imports: [TypeOrmModule.forFeature([ActivityMinuteEntity])],
  providers: [ActivityMinutesRepository, ActivityService, ActivityLogService],
  exports: [ActivityMinutesRepository, ActivityService, ActivityLogService],
})
export class ActivityModule {}
