import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActivityMinuteEntity } from './activity-minute.entity.js';
import { ActivityMinutesRepository } from './activity-minutes.repository.js';
import { ActivityService } from './activity.service.js';

/** Activity of all processes, counted per minute. */
@Module({
  imports: [TypeOrmModule.forFeature([ActivityMinuteEntity])],
  providers: [ActivityMinutesRepository, ActivityService],
  exports: [ActivityMinutesRepository, ActivityService],
})
export class ActivityModule {}
